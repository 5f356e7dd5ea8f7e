import { type Kysely, sql } from 'kysely';

/** Who gets which way of classification: the switch of all gateways, and the experiments that compare the ways. */
export async function createRollout(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table gateway.rollout (
      rollout int4 primary key check (rollout = 1),
      ai_enabled boolean,
      percentage int4 check (percentage between 0 and 100),
      update_time timestamptz not null
    )`.execute(db);
  await sql`
    create table gateway.experiments (
      experiment_id uuid primary key,
      kind text not null check (kind in ('classification')),
      name text not null,
      hypothesis text not null,
      percentage int4 not null check (percentage between 1 and 99),
      state text not null check (state in ('draft', 'running', 'stopped')),
      create_time timestamptz not null,
      start_time timestamptz,
      stop_time timestamptz
    )`.execute(db);
  // Two experiments about the same thing would each be part of the other's noise.
  await sql`create unique index experiments_running on gateway.experiments (kind) where state = 'running'`.execute(db);
}
