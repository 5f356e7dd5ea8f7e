import { type Kysely, sql } from 'kysely';

/** Uses of suggestions by day, and own earlier prompts of users who opted in. */
export async function addSuggestions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table presets.suggestion_uses (
      text text not null,
      day date not null,
      uses int8 not null,
      primary key (text, day)
    )`.execute(db);
  await sql`create index suggestion_uses_by_day on presets.suggestion_uses (day)`.execute(db);
  // Keys of prompts that were counted, so that telling of one again changes nothing.
  await sql`create table presets.counted_prompts (key text primary key, counted_at timestamptz not null)`.execute(db);
  await sql`create index counted_prompts_by_time on presets.counted_prompts (counted_at)`.execute(db);
  // A row is the opt-in; without it there are no prompts.
  await sql`
    create table presets.prompt_histories (owner_id text primary key, enabled_at timestamptz not null)`.execute(db);
  await sql`
    create table presets.past_prompts (
      owner_id text not null references presets.prompt_histories on delete cascade,
      sameness_hash text not null,
      prompt text not null,
      uses int4 not null default 1,
      used_at timestamptz not null,
      primary key (owner_id, sameness_hash)
    )`.execute(db);
  await sql`create index past_prompts_by_use on presets.past_prompts (owner_id, used_at desc)`.execute(db);
}
