import { type Kysely, sql } from 'kysely';

/** What sessions still have to learn of: results, made with the end of a generation, and what was deleted. */
export async function createSessionResults(db: Kysely<unknown>): Promise<void> {
  // Without a reference: a deletion outlives its generation.
  await sql`
    create table generation.session_results (
      generation_id uuid primary key,
      owner_id text not null,
      session_id text not null,
      deleted boolean not null default false,
      tries integer not null default 0,
      next_time timestamptz not null default now(),
      create_time timestamptz not null default now()
    )`.execute(db);
  await sql`create index session_results_next on generation.session_results (next_time)`.execute(db);
}
