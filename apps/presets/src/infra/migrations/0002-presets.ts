import { type Kysely, sql } from 'kysely';

/**
 * What surrounds presets. Whatever belongs to a user's preset names it in `own_preset_id` or `preset_id` and goes with it;
 * built-ins are no rows, so what belongs to them has no `own_preset_id`.
 */
export async function addPresetLibrary(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table presets.preset_versions (
      preset_id text not null references presets.presets on delete cascade,
      version int4 not null,
      name text not null,
      category text not null,
      prompt_template text not null,
      negative_prompt text not null,
      parameters jsonb not null,
      visibility text not null,
      created_at timestamptz not null,
      primary key (preset_id, version)
    )`.execute(db);
  // As it is, not as a hash: who can read this table can read the presets themselves, and the owner is shown it again.
  await sql`
    create table presets.preset_shares (
      preset_id text primary key references presets.presets on delete cascade,
      token text not null unique,
      created_at timestamptz not null default now()
    )`.execute(db);
  // Which uses were counted, by a hash that names nobody.
  await sql`create table presets.preset_uses (use_key text primary key, used_at timestamptz not null)`.execute(db);
  await sql`create index preset_uses_by_time on presets.preset_uses (used_at)`.execute(db);
  await sql`
    create table presets.preset_use_days (
      preset_id text not null,
      own_preset_id text references presets.presets on delete cascade check (own_preset_id = preset_id),
      day date not null,
      uses int8 not null,
      primary key (preset_id, day)
    )`.execute(db);
  await sql`create index preset_use_days_by_day on presets.preset_use_days (day)`.execute(db);
  await sql`create index preset_use_days_of_own on presets.preset_use_days (own_preset_id)`.execute(db);
  await sql`create index presets_by_use on presets.presets (use_count desc, preset_id) where use_count > 0`.execute(db);
  await sql`
    create table presets.preset_experiments (
      experiment_id uuid primary key,
      preset_id text not null,
      own_preset_id text references presets.presets on delete cascade check (own_preset_id = preset_id),
      version_a int4 not null,
      version_b int4 not null check (version_a <> version_b),
      share float8 not null check (share between 0 and 1),
      started_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db);
  await sql`create index preset_experiments_of_own on presets.preset_experiments (own_preset_id)`.execute(db);
  await sql`
    create unique index preset_experiment_under_way on presets.preset_experiments (preset_id) where ended_at is null
  `.execute(db);
}
