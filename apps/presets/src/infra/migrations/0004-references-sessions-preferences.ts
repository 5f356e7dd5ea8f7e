import { type Kysely, sql } from 'kysely';

/** Roles and thumbnails of references, sessions that exist beside their results, and preferences. */
export async function addRolesSessionsPreferences(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table presets.user_references
      add column role text not null default '' check (role in ('', 'person', 'garment', 'style', 'scene')),
      add column thumbnail_key text not null default ''`.execute(db);
  // A choice of a working image stands until a later result: its time says which of both is newer.
  await sql`
    create table presets.sessions (
      owner_id text not null,
      session_id text not null,
      chosen_image text,
      chosen_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (owner_id, session_id),
      check ((chosen_image is null) = (chosen_at is null))
    )`.execute(db);
  await sql`
    insert into presets.sessions (owner_id, session_id, created_at, updated_at)
    select owner_id, session_id, min(created_at), max(created_at)
    from presets.session_entries group by owner_id, session_id`.execute(db);
  await sql`
    create index sessions_by_change on presets.sessions (owner_id, updated_at desc, session_id desc)`.execute(db);
  await sql`
    create index session_entries_by_time
      on presets.session_entries (owner_id, session_id, created_at desc, generation_id desc)`.execute(db);
  await sql`
    create table presets.preferences (
      owner_id text primary key,
      content jsonb not null,
      version int8 not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
}
