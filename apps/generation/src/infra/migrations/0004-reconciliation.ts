import { type Kysely, sql } from 'kysely';

/** What an unclear purchase is found again by, and the provider's messages that were taken already. */
export async function createReconciliation(db: Kysely<unknown>): Promise<void> {
  await sql`alter table generation.attempts add column doubt_time timestamptz`.execute(db);
  // Without references: what was asked for under a deleted generation may still appear in the provider's list.
  await sql`
    create table generation.purchases (
      attempt_id uuid primary key,
      generation_id uuid not null,
      provider text not null,
      model_id text not null,
      version text,
      input_fields jsonb not null,
      input_hash text not null,
      image_fields jsonb not null,
      images_hash text not null,
      seed bigint,
      uploads jsonb not null,
      token text not null unique,
      provider_job_id text check (provider_job_id <> ''),
      not_bought boolean not null default false,
      start_time timestamptz not null
    )`.execute(db);
  // One job of a provider belongs to one attempt, whatever the code does.
  await sql`create unique index purchases_provider_job on generation.purchases (provider, provider_job_id)`.execute(db);
  await sql`
    create index on generation.purchases (provider, start_time)
    where provider_job_id is null and not not_bought`.execute(db);
  await sql`create index on generation.purchases (start_time) where uploads <> '[]'`.execute(db);
  await sql`create index on generation.purchases (start_time)`.execute(db);
  await sql`
    create table generation.webhook_receipts (
      provider text not null,
      webhook_id text not null,
      receive_time timestamptz not null,
      primary key (provider, webhook_id)
    )`.execute(db);
  await sql`create index on generation.webhook_receipts (receive_time)`.execute(db);
}
