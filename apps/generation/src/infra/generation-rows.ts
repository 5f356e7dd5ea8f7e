import { jsonb } from '@atelier/persistence';
import type { Insertable, Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Asset } from '../domain/asset.js';
import { type Attempt, type Generation, hasEnded, type PreviousStep, type Priority } from '../domain/generation.js';
import type { QueueAhead } from '../domain/queue-wait.js';
import { everything, isBefore, isWorkedOn } from './queue-order.js';
import type { AssetTable, AttemptTable, GenerationSchema, GenerationTable } from './schema.js';

/** Times inside JSON come as text. */
type Time = Date | string;
type Jsonified<Row> = {
  [Key in keyof Row]: Row[Key] extends Date ? Time : Row[Key] extends Date | null ? Time | null : Row[Key];
};
/** What is absent comes as null. */
type Stored<Value> = {
  [Key in keyof Value]-?: undefined extends Value[Key] ? Exclude<Value[Key], undefined> | null : Value[Key];
};
type AttemptRow = Jsonified<Selectable<AttemptTable>>;
type AssetRow = Jsonified<Selectable<AssetTable>>;

/** A generation with its attempts and outputs, as `selectGenerations` reads it. */
export type GenerationRow = Selectable<GenerationTable> & {
  readonly attempts: readonly AttemptRow[];
  readonly outputs: readonly AssetRow[];
  /** What runs before it; null unless it is queued. */
  readonly ahead: QueueAhead | null;
  readonly previous: Stored<PreviousStep> | null;
};

const priorities: readonly Priority[] = ['low', 'normal', 'high'];

/** The number by which the queue orders; higher first. */
export function priorityNumber(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** What `priorityNumber` made a number of. */
export function priorityName(priority: number): Priority {
  return priorities[priority] ?? 'normal';
}

/** Counted from the indices of what waits and what is worked on; the queue is bounded. */
const queueAhead = sql<QueueAhead | null>`
  case when generations.state = 'queued' and generations.waits_for is null then (
    select jsonb_build_object(
      'count', count(*), 'workMs', coalesce(sum(before.expected_ms), 0),
      'running', (select count(*) from generation.generations where ${isWorkedOn}),
      'runningMs', (select coalesce(sum(expected_ms), 0) from generation.generations where ${isWorkedOn}),
      'paused', exists (
        select from generation.queue_pauses where provider in (${everything}, generations.provider)))
    from generation.generations as before
    where before.state = 'queued' and ${isBefore('before', 'generations')}) end`;

/** What a step tells of the one before it; null for all others. */
const previousStep = sql<Stored<PreviousStep> | null>`
  (select jsonb_build_object(
      'generationId', previous.generation_id, 'workflow', previous.workflow, 'state', previous.state,
      'progress', previous.progress, 'provider', previous.provider, 'modelId', previous.model_id,
      'estimatedCostMicros', previous.estimated_cost_micros, 'actualCostMicros', previous.actual_cost_micros)
    from generation.generations as previous where previous.generation_id = generations.previous_step)`;

/** Reads generations whole, in one statement. */
export function selectGenerations(db: Kysely<GenerationSchema>) {
  return db
    .selectFrom('generations')
    .selectAll('generations')
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('attempts')
          .selectAll('attempts')
          .whereRef('attempts.generation_id', '=', 'generations.generation_id')
          .orderBy('number'),
      ).as('attempts'),
      jsonArrayFrom(
        eb
          .selectFrom('assets')
          .selectAll('assets')
          .where('assets.generation_id', '=', sql<string>`coalesce(generations.outputs_of, generations.generation_id)`)
          .orderBy('position'),
      ).as('outputs'),
      queueAhead.as('ahead'),
      previousStep.as('previous'),
    ]);
}

export function toGeneration(row: GenerationRow): Generation {
  return {
    generationId: row.generation_id,
    ownerId: row.owner_id,
    state: row.state,
    progress: row.progress,
    queuePosition: row.ahead ? row.ahead.count + 1 : 0,
    ahead: row.ahead ?? undefined,
    workflow: row.workflow,
    media: row.media,
    priority: priorityName(row.priority),
    prompt: row.prompt,
    finalPrompt: row.final_prompt,
    chain: row.chain,
    provider: row.provider,
    modelId: row.model_id,
    requestedParameters: row.requested_parameters,
    parameters: row.parameters,
    inputImages: row.input_images,
    mask: row.mask ?? undefined,
    sessionId: row.session_id,
    planRequestId: row.plan_request_id,
    parentId: row.parent_id,
    webhookUrl: row.webhook_url,
    requestId: row.request_id,
    warnings: row.warnings,
    reservationId: row.reservation_id ?? '',
    estimatedCostMicros: row.estimated_cost_micros,
    actualCostMicros: row.actual_cost_micros ?? undefined,
    attempts: row.attempts.map(toAttempt),
    outputs: row.outputs.map(toAsset),
    failure: row.failure ?? undefined,
    origin: row.origin === '' ? undefined : row.origin,
    cachedFrom: row.cached_from ?? undefined,
    outputsOf: row.outputs_of ?? undefined,
    previousStep: row.previous_step ?? undefined,
    previous: row.previous
      ? { ...row.previous, actualCostMicros: row.previous.actualCostMicros ?? undefined }
      : undefined,
    nextStep: row.next_step ?? undefined,
    waitsFor: row.waits_for ?? undefined,
    progressFrom: row.progress_from,
    lastSequence: row.last_sequence,
    createTimeMs: toMs(row.create_time),
    startTimeMs: toOptionalMs(row.start_time),
    deadlineMs: toOptionalMs(row.deadline_time),
    endTimeMs: toOptionalMs(row.end_time),
    updateTimeMs: toMs(row.update_time),
  };
}

export function toAttempt(row: AttemptRow): Attempt {
  return {
    attemptId: row.attempt_id,
    provider: row.provider,
    modelId: row.model_id,
    state: row.state,
    providerJobId: row.provider_job_id,
    failure: row.failure ?? undefined,
    failureKind: row.failure_kind ?? undefined,
    startTimeMs: toMs(row.start_time),
    doubtTimeMs: toOptionalMs(row.doubt_time),
    endTimeMs: toOptionalMs(row.end_time),
    retryAtMs: toOptionalMs(row.retry_time),
  };
}

export function toAsset(row: AssetRow): Asset {
  return {
    assetId: row.asset_id,
    storageKey: row.storage_key,
    contentType: row.content_type,
    width: row.width,
    height: row.height,
    durationS: row.duration_s,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    ownerId: row.owner_id,
    createTimeMs: toMs(row.create_time),
  };
}

/** The columns that change during a generation's life. */
export function mutableColumns(generation: Generation) {
  return {
    state: generation.state,
    progress: generation.progress,
    provider: generation.provider,
    model_id: generation.modelId,
    parameters: jsonb(generation.parameters),
    warnings: jsonb(generation.warnings),
    reservation_id: generation.reservationId === '' ? null : generation.reservationId,
    estimated_cost_micros: generation.estimatedCostMicros,
    actual_cost_micros: generation.actualCostMicros ?? null,
    failure: generation.failure ? jsonb(generation.failure) : null,
    cached_from: generation.cachedFrom ?? null,
    outputs_of: generation.outputsOf ?? null,
    waits_for: generation.waitsFor ?? null,
    last_sequence: generation.lastSequence,
    start_time: toTime(generation.startTimeMs),
    deadline_time: toTime(generation.deadlineMs),
    end_time: toTime(generation.endTimeMs),
    update_time: new Date(generation.updateTimeMs),
    // Nobody works on what has ended.
    ...(hasEnded(generation) ? { lease_id: null, lease_until: null } : {}),
  };
}

export function generationRow(generation: Generation): Insertable<GenerationTable> {
  return {
    ...mutableColumns(generation),
    generation_id: generation.generationId,
    owner_id: generation.ownerId,
    priority: priorityNumber(generation.priority),
    workflow: generation.workflow,
    media: generation.media,
    chain: jsonb(generation.chain),
    prompt: generation.prompt,
    final_prompt: generation.finalPrompt,
    requested_parameters: jsonb(generation.requestedParameters),
    input_images: jsonb(generation.inputImages),
    mask: generation.mask ? jsonb(generation.mask) : null,
    session_id: generation.sessionId,
    plan_request_id: generation.planRequestId,
    parent_id: generation.parentId,
    webhook_url: generation.webhookUrl,
    request_id: generation.requestId,
    origin: generation.origin ?? '',
    previous_step: generation.previousStep ?? null,
    next_step: generation.nextStep ?? null,
    progress_from: generation.progressFrom ?? 0,
    create_time: new Date(generation.createTimeMs),
  };
}

export function attemptRow(attempt: Attempt, generationId: string, number: number): Insertable<AttemptTable> {
  return {
    attempt_id: attempt.attemptId,
    generation_id: generationId,
    number,
    provider: attempt.provider,
    model_id: attempt.modelId,
    state: attempt.state,
    provider_job_id: attempt.providerJobId,
    failure: attempt.failure ? jsonb(attempt.failure) : null,
    failure_kind: attempt.failureKind ?? null,
    start_time: new Date(attempt.startTimeMs),
    end_time: toTime(attempt.endTimeMs),
    retry_time: toTime(attempt.retryAtMs),
    cancel_due: attempt.state === 'cancelled' && attempt.providerJobId !== '',
    doubt_time: toTime(attempt.doubtTimeMs),
  };
}

export function assetRow(
  asset: Asset,
  place: { readonly purpose: AssetTable['purpose']; readonly generationId?: string; readonly position?: number },
): Insertable<AssetTable> {
  return {
    asset_id: asset.assetId,
    storage_key: asset.storageKey,
    content_type: asset.contentType,
    width: asset.width,
    height: asset.height,
    duration_s: asset.durationS,
    size_bytes: asset.sizeBytes,
    sha256: asset.sha256,
    owner_id: asset.ownerId,
    purpose: place.purpose,
    generation_id: place.generationId ?? null,
    position: place.position ?? 0,
    create_time: new Date(asset.createTimeMs),
  };
}

function toMs(time: Time): number {
  return new Date(time).getTime();
}

function toOptionalMs(time: Time | null): number | undefined {
  return time === null ? undefined : toMs(time);
}

function toTime(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}
