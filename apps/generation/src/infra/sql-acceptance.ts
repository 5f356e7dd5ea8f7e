import type { ServiceError } from '@atelier/errors';
import { sql, type Transaction } from 'kysely';
import type { Generation } from '../domain/generation.js';
import type { LedgerOperation } from '../domain/ledger.js';
import { answer } from '../domain/life-cycle.js';
import type { Acceptance, Clock, Random } from '../domain/ports.js';
import { generationErrors } from '../generation.errors.js';
import { priorityNumber } from './generation-rows.js';
import type { JobQueue } from './job-queue.js';
import { openBudgets } from './open-budgets.js';
import { type QueueLimits, type QueueLine, readQueueLine } from './queue-line.js';
import type { GenerationSchema } from './schema.js';
import type { SqlLedger } from './sql-ledger.js';
import { runTogether } from './statements.js';
import { findResults } from './stored-results.js';
import type { Publisher } from './usage-facts.js';
import { type AcceptedRow, acceptedParts } from './write-change.js';

type Trx = Transaction<GenerationSchema>;
type AcceptedStep = NonNullable<Acceptance['firstStep']>;
type ReserveOperation = Extract<LedgerOperation, { kind: 'reserve' }>;

/** What accepting needs. */
export interface AcceptanceTools {
  readonly ledger: Pick<SqlLedger, 'limits'>;
  readonly queue: Pick<JobQueue, 'announce'>;
  readonly publisher: Publisher;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
  /** Generations that may wait at the same time. */
  readonly queueLimits: QueueLimits;
  /** How long a result answers equal requests, in milliseconds. */
  readonly resultTtlMs: number;
}

/** What became of an acceptance. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly generation: Generation }
  | { readonly kind: 'refused'; readonly error: ServiceError }
  /** The idempotency key stands for another generation already. */
  | { readonly kind: 'key_taken' };

/** A waiting place is expected to be free again after this time, in milliseconds. */
const queueFullRetryMs = 10_000;

/**
 * Accepts any number of generations in one transaction: a handful of statements and one flush for all. Each is decided by
 * itself, in their order, with the budgets locked; of a refused one nothing is kept.
 */
export async function acceptTogether(
  trx: Trx,
  tools: AcceptanceTools,
  acceptances: readonly Acceptance[],
): Promise<Verdict[]> {
  const nowMs = tools.clock.now();
  const verdicts = new Map<Acceptance, Verdict>();
  const open = await takeKeys(trx, acceptances);
  for (const acceptance of acceptances) if (!open.has(acceptance)) verdicts.set(acceptance, { kind: 'key_taken' });
  const rows: AcceptedRow[] = [];
  const accept = (acceptance: Acceptance, row: Omit<AcceptedRow, 'inputs'>, inputs = acceptance.inputs): void => {
    rows.push({ ...row, inputs });
    verdicts.set(acceptance, { kind: 'accepted', generation: row.change.generation });
  };

  const answered = await answerFromResults(trx, [...open], nowMs - tools.resultTtlMs);
  for (const [acceptance, row] of answered) accept(acceptance, row);
  const waiting = acceptances.filter((acceptance) => open.has(acceptance) && !answered.has(acceptance));
  const line = await readQueueLine(trx, [...new Set(waiting.map(ownerOf))], tools.queueLimits);
  // Last, because everybody meets at the row of the day.
  const budgets = await openBudgets(trx, tools.ledger.limits, waiting.flatMap(reservationsOf), nowMs);
  for (const acceptance of waiting) {
    const steps = stepsOf(acceptance);
    const full = line.isFullFor(ownerOf(acceptance), steps.length);
    const error = full ? queueFull(full) : budgets.reserve(reservationsOf(acceptance));
    if (error) {
      verdicts.set(acceptance, { kind: 'refused', error });
      continue;
    }
    // The last one is what was asked for.
    for (const step of steps) accept(acceptance, queued(step, line), step === acceptance ? acceptance.inputs : []);
  }
  const parts = [...acceptedParts(trx, rows, tools.publisher, tools.random.id), ...budgets.parts(trx)];
  if (parts.length > 0) await runTogether(trx, parts, sql`1 as done`);
  await giveKeysBack(
    trx,
    [...verdicts].flatMap(([acceptance, { kind }]) => (kind === 'refused' ? acceptance : [])),
  );
  if (rows.some(({ change }) => change.generation.state === 'queued')) await tools.queue.announce(trx);
  return acceptances.map((acceptance) => verdicts.get(acceptance) ?? { kind: 'key_taken' });
}

/** Those whose idempotency key is theirs now. A concurrent request with the same key waits here until this one is decided. */
async function takeKeys(trx: Trx, acceptances: readonly Acceptance[]): Promise<Set<Acceptance>> {
  const rows = acceptances.flatMap(({ change: { generation }, idempotency }) =>
    idempotency
      ? {
          owner_id: generation.ownerId,
          idempotency_key: idempotency.key,
          request_hash: idempotency.requestHash,
          generation_id: generation.generationId,
          create_time: new Date(generation.createTimeMs),
        }
      : [],
  );
  if (rows.length === 0) return new Set(acceptances);
  const taken = await trx
    .insertInto('idempotency_keys')
    // In the same order everywhere, so that no two transactions wait for each other in a circle.
    .values(rows.toSorted((one, other) => compare(keyOf(one), keyOf(other))))
    .onConflict((conflict) => conflict.doNothing())
    .returning('generation_id')
    .execute();
  const owned = new Set(taken.map(({ generation_id }) => generation_id));
  return new Set(
    acceptances.filter(({ idempotency, change }) => !idempotency || owned.has(change.generation.generationId)),
  );
}

async function giveKeysBack(trx: Trx, refused: readonly Acceptance[]): Promise<void> {
  const keys = refused.flatMap(({ idempotency, change: { generation } }) =>
    idempotency ? { owner: generation.ownerId, key: idempotency.key } : [],
  );
  if (keys.length === 0) return;
  await sql`
    delete from generation.idempotency_keys where (owner_id, idempotency_key) in (
      select * from unnest(${keys.map(({ owner }) => owner)}::text[], ${keys.map(({ key }) => key)}::text[]))`.execute(
    trx,
  );
}

async function answerFromResults(trx: Trx, open: readonly Acceptance[], sinceMs: number) {
  const asking = open.flatMap((acceptance) => {
    const { reuse, change } = acceptance;
    const { ownerId, modelId } = change.generation;
    return reuse?.allowed ? { acceptance, query: { ownerId, modelId, resultKey: reuse.key } } : [];
  });
  const answered = new Map<Acceptance, Omit<AcceptedRow, 'inputs'>>();
  if (asking.length === 0) return answered;
  const results = await findResults(
    trx,
    asking.map(({ query }) => query),
    sinceMs,
  );
  for (const [index, { acceptance }] of asking.entries()) {
    const source = results[index];
    if (source)
      answered.set(acceptance, {
        change: answer(acceptance.change, source),
        ...queueColumns(acceptance),
        turn: 0,
      });
  }
  return answered;
}

/** A step with its place in the queue; one that waits for another step has no position yet. */
function queued(step: AcceptedStep, line: QueueLine): Omit<AcceptedRow, 'inputs'> {
  const { change, expectedMs } = step;
  const { ownerId, provider, waitsFor } = change.generation;
  const priority = priorityNumber(change.generation.priority);
  const { turn, ahead } = line.place({ ownerId, provider, priority, expectedMs });
  const position = waitsFor === undefined ? { queuePosition: ahead.count + 1, ahead } : {};
  const generation = { ...change.generation, ...position };
  const events = change.events.map((event) => ({ ...event, generation }));
  return { change: { ...change, generation, events }, ...queueColumns(step), turn };
}

function stepsOf(acceptance: Acceptance): AcceptedStep[] {
  return [...(acceptance.firstStep ? [acceptance.firstStep] : []), acceptance];
}

function queueColumns({ reuse, expectedMs }: AcceptedStep) {
  return { expectedMs, resultKey: reuse?.key ?? null, reuseAllowed: reuse?.allowed ?? false };
}

function ownerOf({ change }: Acceptance): string {
  return change.generation.ownerId;
}

function reservationsOf(acceptance: Acceptance): ReserveOperation[] {
  return stepsOf(acceptance).flatMap(({ change }) => change.ledger.filter((operation) => operation.kind === 'reserve'));
}

function queueFull(limit: 'all' | 'user'): ServiceError {
  const own = { message: 'More of your generations wait than one user may have waiting.' };
  const metadata = { limit };
  return generationErrors.QUEUE_FULL({ ...(limit === 'user' ? own : {}), metadata, retryAfterMs: queueFullRetryMs });
}

function keyOf(row: { owner_id: string; idempotency_key: string }): string {
  return `${row.owner_id}\n${row.idempotency_key}`;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
