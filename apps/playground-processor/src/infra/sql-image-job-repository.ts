import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { type Db, fromKysely } from 'pg-boss';
import type { ImageFailure, ImageJob, ImageJobState, ImageResult } from '../domain/image-job.js';
import type { ImageJobConfig } from '../domain/image-job-config.js';
import type { Accepted, ImageJobRepository, NewImageJob } from '../domain/image-job-repository.js';

interface ImageJobRow {
  owner_id: string;
  job_id: string;
  body_hash: string;
  config: ImageJobConfig;
  sources: string[];
  state: ImageJobState;
  results: ImageResult[];
  failures: ImageFailure[];
  current_image: number;
  processing_time_ms: number;
  create_time: Date;
  update_time: Date;
}

interface Schema {
  'playground.image_jobs': ImageJobRow;
}

/** Channel that carries `owner/job` after every change. */
export const imageJobChannel = 'playground_image_jobs';

const open: ImageJobState[] = ['pending', 'processing'];

/** Image jobs in PostgreSQL; the queue entry is written in the transaction that writes the row. */
export class SqlImageJobRepository implements ImageJobRepository {
  private readonly db: Kysely<Schema>;

  constructor(
    database: Database,
    private readonly enqueue: (job: { ownerId: string; jobId: string }, db: Db) => Promise<void>,
    private readonly maxOpenJobs: number,
  ) {
    this.db = database.kysely<Schema>();
  }

  accept(job: NewImageJob): Promise<Accepted> {
    return this.db.transaction().execute(async (trx) => {
      const { openJobs } = await trx
        .selectFrom('playground.image_jobs')
        .select(({ fn }) => fn.countAll<number>().as('openJobs'))
        .where('state', 'in', open)
        .executeTakeFirstOrThrow();
      const row = { owner_id: job.ownerId, job_id: job.jobId, body_hash: job.bodyHash, state: 'pending' as const };
      const inserted = await trx
        .insertInto('playground.image_jobs')
        .values({
          ...row,
          config: jsonb(job.config),
          sources: jsonb([...job.sources]),
          results: jsonb([]),
          failures: jsonb([]),
          current_image: 0,
          processing_time_ms: 0,
          create_time: sql`now()`,
          update_time: sql`now()`,
        })
        .onConflict((conflict) => conflict.columns(['owner_id', 'job_id']).doNothing())
        .returning('job_id')
        .executeTakeFirst();
      if (!inserted) {
        const existing = await trx
          .selectFrom('playground.image_jobs')
          .select('body_hash')
          .where('owner_id', '=', job.ownerId)
          .where('job_id', '=', job.jobId)
          .executeTakeFirstOrThrow();
        return existing.body_hash === job.bodyHash ? 'existing' : 'reused';
      }
      if (openJobs >= this.maxOpenJobs) {
        await trx
          .deleteFrom('playground.image_jobs')
          .where('owner_id', '=', job.ownerId)
          .where('job_id', '=', job.jobId)
          .execute();
        return 'queue_full';
      }
      await this.enqueue(job, fromKysely(trx));
      return 'created';
    });
  }

  async find(ownerId: string, jobId: string): Promise<ImageJob | undefined> {
    const row = await this.db
      .selectFrom('playground.image_jobs')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('job_id', '=', jobId)
      .executeTakeFirst();
    return row && toJob(row);
  }

  async start(ownerId: string, jobId: string): Promise<ImageJob | undefined> {
    return this.change(ownerId, jobId, { state: 'processing' });
  }

  async beginImage({ ownerId, jobId }: ImageJob, index: number): Promise<void> {
    await this.change(ownerId, jobId, { current_image: index + 1 });
  }

  async finishImage(
    { ownerId, jobId }: ImageJob,
    outcome: ImageResult | ImageFailure,
    elapsedMs: number,
  ): Promise<boolean> {
    const list = 'assetId' in outcome ? 'results' : 'failures';
    const changed = await this.change(ownerId, jobId, {
      [list]: sql`${sql.ref(list)} || ${jsonb([outcome])}`,
      processing_time_ms: sql`processing_time_ms + ${elapsedMs}`,
    });
    return changed !== undefined;
  }

  async finish({ ownerId, jobId }: ImageJob, state: 'completed' | 'failed'): Promise<void> {
    await this.change(ownerId, jobId, { state, current_image: 0 });
  }

  async cancel(ownerId: string, jobId: string): Promise<boolean> {
    return (await this.change(ownerId, jobId, { state: 'cancelled', current_image: 0 })) !== undefined;
  }

  /** Changes a job that has not ended and tells the watchers in the same transaction. */
  private change(ownerId: string, jobId: string, values: Record<string, unknown>): Promise<ImageJob | undefined> {
    return this.db.transaction().execute(async (trx: Transaction<Schema>) => {
      const row = await trx
        .updateTable('playground.image_jobs')
        .set({ ...values, update_time: sql`now()` })
        .where('owner_id', '=', ownerId)
        .where('job_id', '=', jobId)
        .where('state', 'in', open)
        .returningAll()
        .executeTakeFirst();
      if (!row) return undefined;
      await sql`select pg_notify(${imageJobChannel}, ${JSON.stringify([ownerId, jobId])})`.execute(trx);
      return toJob(row);
    });
  }
}

function toJob(row: Selectable<ImageJobRow>): ImageJob {
  const byIndex = (one: { index: number }, other: { index: number }): number => one.index - other.index;
  return {
    ownerId: row.owner_id,
    jobId: row.job_id,
    config: row.config,
    state: row.state,
    sources: row.sources,
    results: row.results.toSorted(byIndex),
    failures: row.failures.toSorted(byIndex),
    currentImage: row.current_image,
    processingTimeMs: Number(row.processing_time_ms),
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}
