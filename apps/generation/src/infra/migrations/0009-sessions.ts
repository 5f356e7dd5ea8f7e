import { type Kysely, sql } from 'kysely';

/** Results that a session still has to learn of, made with the end of a generation. */
export async function createSessionResults(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.session_results (
      generation_id uuid primary key references generation.generations on delete cascade,
      tries integer not null default 0,
      next_time timestamptz not null default now(),
      create_time timestamptz not null default now()
    )`.execute(db);
  await sql`create index session_results_next on generation.session_results (next_time)`.execute(db);
}
