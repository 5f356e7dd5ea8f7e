import { type Kysely, sql } from 'kysely';

/** Fair turns, time estimates, pauses, and results that serve again. */
export async function createQueue(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table generation.generations
      add column turn bigint not null default 0,
      add column expected_ms integer not null default 0 check (expected_ms >= 0),
      add column result_key text,
      add column reuse_allowed boolean not null default false,
      add column cached_from uuid,
      add column outputs_of uuid,
      alter column reservation_id drop not null,
      drop constraint generations_estimated_cost_micros_check,
      add check (estimated_cost_micros > 0 or cached_from is not null),
      add check (reservation_id is not null or cached_from is not null)`.execute(db);
  await sql`drop index generation.generations_priority_generation_id_idx`.execute(db);
  // The order of the queue; what is counted about it is read from the index alone.
  await sql`
    create index generations_waiting on generation.generations (priority desc, turn, generation_id)
      include (owner_id, provider, expected_ms) where state = 'queued'`.execute(db);
  await sql`
    create index generations_waiting_of_owner on generation.generations (owner_id, priority, turn)
      where state = 'queued'`.execute(db);
  await sql`
    create index generations_claimed on generation.generations (lease_until)
      where state = 'queued' and lease_id is not null`.execute(db);
  await sql`
    create index generations_served on generation.generations (priority, turn desc) include (owner_id)
      where start_time is not null`.execute(db);
  await sql`
    create index generations_results on generation.generations (owner_id, result_key, generation_id desc)
      where result_key is not null`.execute(db);
  await sql`create index generations_shared_outputs on generation.generations (outputs_of)
      where outputs_of is not null`.execute(db);
  await sql`create index generations_failed on generation.generations (generation_id desc)
      where state = 'failed'`.execute(db);
  await sql`create index generations_children on generation.generations (parent_id) where parent_id <> ''`.execute(db);
  await sql`
    create table generation.queue_pauses (
      provider text primary key,
      paused_by text not null,
      pause_time timestamptz not null
    )`.execute(db);
}
