import type { Database } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import type { ImageJob, ImageJobState } from '../domain/image-job.js';
import { type ImageJobSchema, toJob } from './image-job-rows.js';

interface Schema extends ImageJobSchema {
  'playground.image_job_senders': { sender_id: string; job_id: string; owner_id: string; send_time: Date };
}

/** Where a page of a list begins: after this job. `createTime` as the database writes it, to the microsecond. */
export interface ImageJobPlace {
  readonly createTime: string;
  readonly jobId: string;
}

/** What is known of jobs beside the jobs themselves. */
export class SqlImageJobDirectory {
  private readonly db: Kysely<Schema>;

  constructor(database: Database) {
    this.db = database.kysely<Schema>();
  }

  /** The hash of the request that a job came from, and where the job stands. */
  accepted(ownerId: string, jobId: string): Promise<{ bodyHash: string; state: ImageJobState } | undefined> {
    return this.db
      .selectFrom('playground.image_jobs')
      .select(['body_hash as bodyHash', 'state'])
      .where('owner_id', '=', ownerId)
      .where('job_id', '=', jobId)
      .executeTakeFirst();
  }

  /** False when there is no such job. */
  async recordSender(senderId: string, ownerId: string, jobId: string): Promise<boolean> {
    // In one statement, so that a job that is deleted meanwhile is no error.
    const recorded = await this.db
      .insertInto('playground.image_job_senders')
      .columns(['sender_id', 'job_id', 'owner_id', 'send_time'])
      .expression((eb) =>
        eb
          .selectFrom('playground.image_jobs')
          .select([
            sql<string>`${senderId}::text`.as('sender_id'),
            'job_id',
            'owner_id',
            sql<Date>`now()`.as('send_time'),
          ])
          .where('owner_id', '=', ownerId)
          .where('job_id', '=', jobId),
      )
      .onConflict((conflict) =>
        conflict.columns(['sender_id', 'job_id', 'owner_id']).doUpdateSet({ send_time: sql`now()` }),
      )
      .returning('job_id')
      .executeTakeFirst();
    return recorded !== undefined;
  }

  /** Whose job the sender sent last under this id. */
  async ownerOf(senderId: string, jobId: string): Promise<string | undefined> {
    const row = await this.db
      .selectFrom('playground.image_job_senders')
      .select('owner_id')
      .where('sender_id', '=', senderId)
      .where('job_id', '=', jobId)
      .orderBy('send_time', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.owner_id;
  }

  /** Jobs of a user, newest first, and where the next page begins. */
  async list(
    ownerId: string,
    { limit, after, state }: { limit: number; after: ImageJobPlace | undefined; state: ImageJobState | undefined },
  ): Promise<{ jobs: ImageJob[]; next: ImageJobPlace | undefined }> {
    let query = this.db
      .selectFrom('playground.image_jobs')
      .selectAll()
      .select(sql<string>`create_time::text`.as('create_text'))
      .where('owner_id', '=', ownerId);
    if (state) query = query.where('state', '=', state);
    if (after)
      query = query.where(sql<boolean>`(create_time, job_id) < (${after.createTime}::timestamptz, ${after.jobId})`);
    const rows = await query
      .orderBy('create_time', 'desc')
      .orderBy('job_id', 'desc')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { jobs: page.map(toJob), next: last && { createTime: last.create_text, jobId: last.job_id } };
  }
}
