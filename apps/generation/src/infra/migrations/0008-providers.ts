import { type Kysely, sql } from 'kysely';

/** What operators decide about providers and circuits, and what deliveries measured. An empty model is the provider itself. */
export async function createProviderControl(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.provider_settings (
      provider text not null,
      model_id text not null,
      enabled boolean not null,
      weight integer check (weight between 0 and 1000),
      priority integer check (priority between -1000 and 1000),
      update_user text not null,
      update_time timestamptz not null,
      primary key (provider, model_id)
    )`.execute(db);
  await sql`
    create table generation.circuit_holds (
      provider text not null,
      model_id text not null,
      held text check (held in ('open', 'closed')),
      resets integer not null,
      update_user text not null,
      update_time timestamptz not null,
      primary key (provider, model_id)
    )`.execute(db);
  await sql`
    create table generation.model_samples (
      attempt_id uuid primary key,
      provider text not null,
      model_id text not null,
      usual_ms bigint not null,
      cost_permille bigint not null,
      end_time timestamptz not null
    )`.execute(db);
  await sql`
    create index on generation.model_samples (provider, model_id, end_time desc, attempt_id desc)`.execute(db);
}
