import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange } from '@atelier/contracts/usage/v1';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Activity, RecentError } from '../domain/activity.js';
import { firstIdAt } from '../domain/event-month.js';

/** Events that are heard of one thing from its beginning to its end. */
const eventsEach = 3;

interface EventRow {
  readonly type: string;
  readonly at: Date;
  readonly request_id: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What is older is not recent: so however many months are kept, few of them are looked at. */
const recentMs = 31 * 86_400_000;

/** The latest events of one kind, from the end of an index. The kind is part of the statement: so the index fits. */
const latest = (type: string, now: Date, limit: number): RawBuilder<unknown> => sql`(
  select type, occurred_at as at, service, request_id, payload from analytics.usage_events
  where type = ${sql.lit(type)} and event_id >= ${sql.lit(firstIdAt(new Date(now.getTime() - recentMs)))}
  order by occurred_at desc limit ${limit})`;

/** Errors that were reported last, newest first. */
export async function readRecentErrors(db: Kysely<unknown>, now: Date, limit: number): Promise<RecentError[]> {
  const { rows } = await sql<EventRow & { service: string }>`${latest('error_occurred', now, limit)}`.execute(db);
  return rows.map(({ at, service, request_id: requestId, payload }) => ({
    at,
    service,
    requestId,
    code: text(payload['code']),
    message: text(payload['message']),
    path: text(payload['path']),
  }));
}

/** What was heard last of plans, generations and playground jobs: enough for so many different ones. */
export async function readRecentActivity(db: Kysely<unknown>, now: Date, limit: number): Promise<Activity[]> {
  const { rows } = await sql<EventRow>`
    ${latest('plan_completed', now, limit)}
    union all ${latest('generation_changed', now, limit * eventsEach)}
    union all ${latest('playground_job_changed', now, limit * eventsEach)}`.execute(db);
  return rows.flatMap((row) => activityOf(row) ?? []);
}

function activityOf({ type, at, request_id, payload }: EventRow): Activity | undefined {
  if (type === 'plan_completed')
    return { type: 'workflow', status: 'completed', title: shortened(payload['prompt']), at, id: request_id };
  if (type === 'playground_job_changed') {
    const state = text(payload['state']);
    const status = state === 'pending' ? 'queued' : state;
    return { type: 'playground', status, title: text(payload['jobType']), at, id: text(payload['jobId']) };
  }
  // What the playground bought for a job of its own is shown as that job.
  const status = generationStatus.get(Number(payload['change']));
  if (payload['origin'] || !status) return undefined;
  const isVideo = videoWorkflows.has(Number(payload['workflow']));
  return {
    type: isVideo ? 'video' : 'image',
    status,
    title: shortened(payload['title']),
    at,
    id: text(payload['generationId']),
  };
}

const generationStatus = new Map<number, string>([
  [GenerationChange.GENERATION_CHANGE_QUEUED, 'queued'],
  [GenerationChange.GENERATION_CHANGE_STARTED, 'processing'],
  [GenerationChange.GENERATION_CHANGE_COMPLETED, 'completed'],
  [GenerationChange.GENERATION_CHANGE_FAILED, 'failed'],
  [GenerationChange.GENERATION_CHANGE_CANCELLED, 'cancelled'],
]);

const videoWorkflows: ReadonlySet<number> = new Set([
  Workflow.WORKFLOW_VIDEO_GENERATION,
  Workflow.WORKFLOW_IMAGE_TO_VIDEO,
  Workflow.WORKFLOW_TEXT_TO_VIDEO,
]);

const longestTitle = 80;

function shortened(value: unknown): string {
  const whole = text(value);
  // Nobody reads a hash.
  if (whole.startsWith('sha256:')) return '';
  return whole.length > longestTitle ? `${whole.slice(0, longestTitle - 1).toWellFormed()}…` : whole;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
