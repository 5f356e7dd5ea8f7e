import { type Kysely, sql } from 'kysely';

/** Users list their jobs, newest first. */
export async function indexImageJobLists(db: Kysely<unknown>): Promise<void> {
  await sql`create index image_jobs_of_owner on playground.image_jobs (owner_id, create_time desc, job_id desc)`.execute(
    db,
  );
}
