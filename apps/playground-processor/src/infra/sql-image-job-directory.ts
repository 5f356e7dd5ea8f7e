import type { Database } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import type { ImageJobState } from '../domain/image-job.js';

interface Schema {
  'playground.image_jobs': { owner_id: string; job_id: string; body_hash: string; state: ImageJobState };
  'playground.image_job_senders': { sender_id: string; job_id: string; owner_id: string; send_time: Date };
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
}
