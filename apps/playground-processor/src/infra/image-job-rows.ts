import { type Kysely, type QueryExecutorProvider, type Selectable, sql } from 'kysely';
import type { ImageFailure, ImageJob, ImageJobState, ImageResult } from '../domain/image-job.js';
import type { ImageJobConfig } from '../domain/image-job-config.js';
import type { ImageRef } from '../domain/image-job-repository.js';

/** States of a job that has not ended. */
export type OpenState = Extract<ImageJobState, 'pending' | 'processing'>;

/** States of a job that has not ended. */
export const open: OpenState[] = ['pending', 'processing'];

interface ImageJobRow {
  owner_id: string;
  job_id: string;
  body_hash: string;
  config: ImageJobConfig;
  sources: string[];
  state: ImageJobState;
  results: ImageResult[];
  failures: ImageFailure[];
  current: Record<number, number>;
  processing_time_ms: number;
  cost_micros: number;
  /** Of each image that cost something. */
  costs: Record<number, number>;
  first_turn: number | null;
  create_time: Date;
  update_time: Date;
}

/** Tables of image jobs. The whole source of an image is kept until the image is done. */
export interface ImageJobSchema {
  'playground.image_jobs': ImageJobRow;
  'playground.image_sources': { owner_id: string; job_id: string; index: number; source: string };
}

/** Channel that carries `[owner, job, state]` after every change. */
export const imageJobChannel = 'playground_image_jobs';

/** Tells all processes about a change when the transaction commits. */
export async function announce(
  trx: Kysely<ImageJobSchema>,
  { owner_id, job_id, state }: Pick<Selectable<ImageJobRow>, 'owner_id' | 'job_id' | 'state'>,
): Promise<void> {
  await sql`select pg_notify(${imageJobChannel}, ${JSON.stringify([owner_id, job_id, state])})`.execute(trx);
}

/** Counts what an image cost into its job, ended or not; told again, or told less, it changes nothing. */
export async function countCost(
  trx: QueryExecutorProvider,
  { ownerId, jobId, index }: ImageRef,
  costMicros: number,
): Promise<void> {
  if (costMicros === 0) return;
  const place = String(index);
  await sql`
    update playground.image_jobs set
      cost_micros = cost_micros + ${costMicros}::bigint - coalesce((costs ->> ${place}::text)::bigint, 0),
      costs = costs || jsonb_build_object(${place}::text, ${costMicros}::bigint)
    where owner_id = ${ownerId} and job_id = ${jobId}
      and coalesce((costs ->> ${place}::text)::bigint, 0) < ${costMicros}::bigint`.execute(trx);
}

/** A row as the domain has it. */
export function toJob(row: Selectable<ImageJobRow>): ImageJob {
  const byIndex = (one: { index: number }, other: { index: number }): number => one.index - other.index;
  return {
    ownerId: row.owner_id,
    jobId: row.job_id,
    config: row.config,
    state: row.state,
    sources: row.sources,
    results: row.results.toSorted(byIndex),
    failures: row.failures.toSorted(byIndex),
    current: row.current,
    processingTimeMs: row.processing_time_ms,
    costMicros: row.cost_micros,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}
