import { type Kysely, sql } from 'kysely';

/** Messages to the webhooks of callers, made with the end of a generation, and the secrets that sign them. */
export async function createWebhooks(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table generation.webhook_deliveries (
      generation_id uuid not null references generation.generations on delete cascade,
      number integer not null,
      owner_id text not null,
      event text not null,
      url text not null,
      host text not null,
      body text not null,
      state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
      tries integer not null default 0,
      step integer not null default 0,
      log jsonb not null default '[]',
      next_time timestamptz not null,
      lease_id uuid,
      lease_until timestamptz,
      create_time timestamptz not null,
      end_time timestamptz,
      primary key (generation_id, number),
      check ((state = 'pending') = (end_time is null))
    )`.execute(db);
  // Hosts that something waits for, and what is due for each, without looking at what others wait for.
  await sql`
    create index webhook_deliveries_waiting on generation.webhook_deliveries (host, next_time)
      where state = 'pending'`.execute(db);
  await sql`
    create index webhook_deliveries_next on generation.webhook_deliveries (next_time)
      where state = 'pending' and lease_id is null`.execute(db);
  await sql`
    create table generation.webhook_secrets (
      owner_id text not null,
      secret text not null,
      create_time timestamptz not null,
      expire_time timestamptz,
      primary key (owner_id, secret)
    )`.execute(db);
  // An owner has one secret that does not expire, whatever the code does.
  await sql`
    create unique index webhook_secrets_current on generation.webhook_secrets (owner_id)
      where expire_time is null`.execute(db);
}
