import { type Kysely, sql } from 'kysely';

/** Who sent jobs in whose name: front ends that act for many users later ask for a job by the id alone that they gave it. */
export async function createImageJobSenders(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table playground.image_job_senders (
      sender_id text not null,
      job_id text not null,
      owner_id text not null,
      send_time timestamptz not null,
      primary key (sender_id, job_id, owner_id),
      foreign key (owner_id, job_id) references playground.image_jobs (owner_id, job_id) on delete cascade
    )`.execute(db);
  await sql`create index on playground.image_job_senders (owner_id, job_id)`.execute(db);
}
