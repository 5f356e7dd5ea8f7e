import type { GenerationParameters } from '@atelier/contracts/creative/v1';
import { type ColumnType, type Generated, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { addPresetLibrary } from './migrations/0002-presets.js';
import { addSuggestions } from './migrations/0003-suggestions.js';
import { addRolesSessionsPreferences } from './migrations/0004-references-sessions-preferences.js';

/** SQL schema that this service owns. */
export const presetsSchema = 'presets';

/** Its tables. */
export interface PresetsTables {
  readonly presets: {
    readonly preset_id: string;
    readonly owner_id: string;
    readonly name: string;
    readonly category: 'image' | 'video';
    readonly prompt_template: string;
    readonly negative_prompt: string;
    readonly parameters: ColumnType<GenerationParameters>;
    readonly visibility: 'private' | 'shared';
    readonly use_count: Generated<number>;
    readonly version: Generated<number>;
    readonly created_at: Generated<Date>;
    readonly updated_at: Generated<Date>;
  };
  readonly preset_versions: {
    readonly preset_id: string;
    readonly version: number;
    readonly name: string;
    readonly category: 'image' | 'video';
    readonly prompt_template: string;
    readonly negative_prompt: string;
    readonly parameters: ColumnType<GenerationParameters>;
    readonly visibility: 'private' | 'shared';
    readonly created_at: Date;
  };
  readonly preset_shares: {
    readonly preset_id: string;
    readonly token: string;
    readonly created_at: Generated<Date>;
  };
  readonly preset_uses: { readonly use_key: string; readonly used_at: Date };
  readonly preset_use_days: {
    readonly preset_id: string;
    readonly own_preset_id: string | null;
    /** Only compared in SQL: a driver would read it in its own time zone. */
    readonly day: ColumnType<never>;
    readonly uses: number;
  };
  readonly preset_experiments: {
    readonly experiment_id: string;
    readonly preset_id: string;
    readonly own_preset_id: string | null;
    readonly version_a: number;
    readonly version_b: number;
    readonly share: number;
    readonly started_at: Date;
    readonly ended_at: Date | null;
  };
  readonly builtin_preset_uses: { readonly preset_id: string; readonly use_count: number };
  readonly user_references: {
    readonly owner_id: string;
    readonly tag_key: string;
    readonly tag: string;
    readonly name: string;
    readonly image_url: string;
    readonly created_at: Generated<Date>;
  };
  readonly session_entries: {
    readonly owner_id: string;
    readonly session_id: string;
    readonly generation_id: string;
    readonly prompt: string;
    readonly image_url: string;
    readonly content_type: string;
    readonly created_at: Date;
  };
}

const firstTables: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`
      create table presets.presets (
        preset_id text primary key,
        owner_id text not null,
        name text not null,
        category text not null check (category in ('image', 'video')),
        prompt_template text not null,
        negative_prompt text not null,
        parameters jsonb not null,
        visibility text not null check (visibility in ('private', 'shared')),
        use_count int8 not null default 0,
        version int4 not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`.execute(db);
    await sql`create index presets_by_owner on presets.presets (owner_id)`.execute(db);
    await sql`create index shared_presets_by_name on presets.presets (name, preset_id) where visibility = 'shared'`.execute(
      db,
    );
    // Built-ins are data of the program; only their counts are data of the installation.
    await sql`create table presets.builtin_preset_uses (preset_id text primary key, use_count int8 not null)`.execute(
      db,
    );
    // Keys sort by code point, so that pages end at the same place on every server.
    await sql`
      create table presets.user_references (
        owner_id text not null,
        tag_key text collate "C" not null,
        tag text not null,
        name text not null,
        image_url text not null,
        created_at timestamptz not null default now(),
        primary key (owner_id, tag_key)
      )`.execute(db);
    await sql`
      create table presets.session_entries (
        owner_id text not null,
        session_id text not null,
        generation_id text not null,
        prompt text not null,
        image_url text not null,
        content_type text not null,
        created_at timestamptz not null,
        primary key (owner_id, session_id, generation_id)
      )`.execute(db);
  },
};

/** What the schema went through, by name in order. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_first_tables': firstTables,
  '0002_presets': { up: addPresetLibrary },
  '0003_suggestions': { up: addSuggestions },
  '0004_references_sessions_preferences': { up: addRolesSessionsPreferences },
};
