import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createProviderControl } from './migrations/0008-providers.js';
import { createReconciliation } from './migrations/0004-reconciliation.js';
import { createWebhooks } from './migrations/0005-webhooks.js';
import { createQueue } from './migrations/0006-queue.js';
import { createSteps } from './migrations/0007-steps.js';
import { createSessionResults } from './migrations/0009-sessions.js';
import { addOrigin } from './migrations/0010-origin.js';
import { addExpiry } from './migrations/0012-expiry.js';
import { addDeletionClaims } from './migrations/0013-deletion-claims.js';

/** Migrations of the schema `generation`, in the order of their names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_generations': { up: createGenerations },
  '0002_ledger': { up: createLedger },
  '0003_assets_and_outbox': { up: createAssetsAndOutbox },
  '0004_reconciliation': { up: createReconciliation },
  '0005_webhooks': { up: createWebhooks },
  '0006_queue': { up: createQueue },
  '0007_steps': { up: createSteps },
  '0008_providers': { up: createProviderControl },
  '0009_sessions': { up: createSessionResults },
  '0010_origin': { up: addOrigin },
  '0012_expiry': { up: addExpiry },
  '0013_deletion_claims': { up: addDeletionClaims },
};

async function createGenerations(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.generations (
      generation_id uuid primary key,
      owner_id text not null,
      state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
      progress integer not null,
      priority integer not null check (priority between 0 and 2),
      workflow text not null,
      media text not null,
      provider text not null,
      model_id text not null,
      chain jsonb not null,
      prompt text not null,
      final_prompt text not null,
      requested_parameters jsonb not null,
      parameters jsonb not null,
      input_images jsonb not null,
      mask jsonb,
      warnings jsonb not null,
      session_id text not null,
      plan_request_id text not null,
      parent_id text not null,
      webhook_url text not null,
      request_id text not null,
      reservation_id uuid not null,
      estimated_cost_micros bigint not null check (estimated_cost_micros > 0),
      actual_cost_micros bigint check (actual_cost_micros >= 0),
      failure jsonb,
      last_sequence integer not null,
      lease_id uuid,
      lease_until timestamptz,
      create_time timestamptz not null,
      start_time timestamptz,
      deadline_time timestamptz,
      end_time timestamptz,
      update_time timestamptz not null,
      check ((state in ('queued', 'running')) = (actual_cost_micros is null))
    )`.execute(db);
  await sql`create index on generation.generations (owner_id, generation_id desc)`.execute(db);
  await sql`create index on generation.generations (priority desc, generation_id) where state = 'queued'`.execute(db);
  await sql`create index on generation.generations (lease_until) where state = 'running'`.execute(db);
  await sql`
    create table generation.attempts (
      attempt_id uuid primary key,
      generation_id uuid not null references generation.generations on delete cascade,
      number integer not null,
      provider text not null,
      model_id text not null,
      state text not null
        check (state in ('submitting', 'submitted', 'unknown', 'succeeded', 'failed', 'cancelled')),
      provider_job_id text not null,
      failure jsonb,
      failure_kind text,
      start_time timestamptz not null,
      end_time timestamptz,
      retry_time timestamptz,
      cancel_due boolean not null,
      unique (generation_id, number)
    )`.execute(db);
  await sql`create index on generation.attempts (attempt_id) where cancel_due`.execute(db);
  await sql`
    create table generation.generation_events (
      generation_id uuid not null references generation.generations on delete cascade,
      sequence integer not null,
      type text not null,
      event_time timestamptz not null,
      snapshot jsonb not null,
      primary key (generation_id, sequence)
    )`.execute(db);
  // Without a reference: a key must not buy again because its generation was deleted.
  await sql`
    create table generation.idempotency_keys (
      owner_id text not null,
      idempotency_key text not null,
      request_hash text not null,
      generation_id uuid not null,
      create_time timestamptz not null,
      primary key (owner_id, idempotency_key)
    )`.execute(db);
}

async function createLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.reservations (
      reservation_id uuid primary key,
      owner_id text not null,
      reservation_key text,
      kind text not null,
      generation_id uuid,
      amount_micros bigint not null check (amount_micros > 0),
      state text not null check (state in ('held', 'settled', 'released')),
      settled_micros bigint not null default 0 check (settled_micros >= 0),
      hour_start timestamptz not null,
      day_start timestamptz not null,
      create_time timestamptz not null,
      end_time timestamptz,
      unique (owner_id, reservation_key)
    )`.execute(db);
  await sql`
    create table generation.ledger_entries (
      entry_id bigint generated always as identity primary key,
      reservation_id uuid not null references generation.reservations,
      kind text not null check (kind in ('reserve', 'settle', 'release')),
      reserved_delta_micros bigint not null,
      spent_delta_micros bigint not null,
      create_time timestamptz not null
    )`.execute(db);
  // What makes a second reservation or a second end impossible, whatever the code does.
  await sql`create unique index on generation.ledger_entries (reservation_id, (kind = 'reserve'))`.execute(db);
  await sql`
    create function generation.refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'the ledger is append-only'; end $$`.execute(db);
  await sql`
    create trigger append_only before update or delete or truncate on generation.ledger_entries
    for each statement execute function generation.refuse_change()`.execute(db);
  await sql`
    create table generation.budget_windows (
      scope text not null check (scope in ('user_hour', 'day')),
      subject text not null,
      window_start timestamptz not null,
      reserved_micros bigint not null check (reserved_micros >= 0),
      spent_micros bigint not null check (spent_micros >= 0),
      primary key (scope, subject, window_start)
    )`.execute(db);
}

async function createAssetsAndOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.assets (
      asset_id text primary key,
      storage_key text not null unique,
      content_type text not null,
      width integer not null,
      height integer not null,
      duration_s double precision not null,
      size_bytes bigint not null,
      sha256 text not null,
      owner_id text not null,
      purpose text not null,
      generation_id uuid references generation.generations on delete cascade,
      position integer not null default 0,
      create_time timestamptz not null
    )`.execute(db);
  await sql`create index on generation.assets (generation_id, position) where generation_id is not null`.execute(db);
  await sql`
    create table generation.outbox (
      event_id uuid primary key,
      payload bytea not null,
      claimed_until timestamptz
    )`.execute(db);
  await sql`create table generation.file_deletions (storage_key text primary key)`.execute(db);
}
