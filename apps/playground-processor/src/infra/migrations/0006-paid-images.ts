import { type Kysely, sql } from 'kysely';

/**
 * What each image of a job cost, so that it counts once however often it is told; and what was bought for jobs that are
 * forgotten, to be deleted where it was bought.
 */
export async function createPaidImages(db: Kysely<unknown>): Promise<void> {
  // Position to micro-dollars. What was counted before is in the sum of its job alone.
  await sql`alter table playground.image_jobs add column costs jsonb not null default '{}'`.execute(db);
  await sql`
    create table playground.forgotten_generations (
      idempotency_key text primary key,
      owner_id text not null,
      generation_id text
    )`.execute(db);
}
