import { type Kysely, sql } from 'kysely';

/** Deletions of all of a user's data, until every service has confirmed; and who exports at the moment. */
export async function createPrivacy(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table gateway.user_deletions (
      deletion_id uuid primary key,
      user_id text,
      user_key text not null,
      requested_by text not null,
      pseudonym text not null,
      state text not null check (state in ('pending', 'confirmed', 'completed')),
      services jsonb not null,
      tries integer not null default 0,
      next_time timestamptz not null,
      lease_until timestamptz,
      request_time timestamptz not null,
      confirm_time timestamptz,
      complete_time timestamptz,
      check ((state = 'completed') = (user_id is null))
    )`.execute(db);
  // A user is deleted once at a time, whoever asks.
  await sql`create unique index user_deletions_open on gateway.user_deletions (user_id) where user_id is not null`.execute(
    db,
  );
  await sql`create index user_deletions_by_key on gateway.user_deletions (user_key, deletion_id)`.execute(db);
  await sql`
    create table gateway.user_exports (
      user_id text primary key,
      lease_id uuid not null,
      lease_until timestamptz not null
    )`.execute(db);
}
