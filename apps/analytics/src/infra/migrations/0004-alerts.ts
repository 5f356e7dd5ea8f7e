import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Alert rules, channels, what is and was wrong, what people are told, and the counts of each minute that rates are made of. */
export const alerts: Migration = {
  up: async (db: Kysely<unknown>) => {
    await makeChannels(db);
    await makeAlerts(db);
    await makeSignals(db);
    await startingRules(db);
  },
};

async function makeChannels(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.alert_channels (
      channel_id uuid primary key,
      name text not null,
      kind text not null check (kind in ('webhook', 'slack', 'email', 'telegram')),
      enabled boolean not null,
      shown jsonb not null,
      update_time timestamptz not null
    )`.execute(db);
  // In a table of their own: whatever lists or exports channels can't hold them by mistake.
  await sql`
    create table analytics.alert_channel_secrets (
      channel_id uuid primary key references analytics.alert_channels on delete cascade,
      secrets jsonb not null
    )`.execute(db);
}

async function makeAlerts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.alert_rules (
      rule_id uuid primary key,
      name text not null,
      kind text not null,
      threshold float8 not null,
      window_s int4 not null,
      least_count int4 not null,
      channel_ids uuid[] not null,
      enabled boolean not null,
      remind_every_s int4 not null,
      most_reminders int4 not null,
      clear_after_s int4 not null,
      budget_threshold boolean not null default false,
      update_time timestamptz not null
    )`.execute(db);
  await sql`
    create table analytics.alerts (
      alert_id uuid primary key,
      rule_id uuid not null,
      rule_name text not null,
      kind text not null,
      subject text not null,
      value float8 not null,
      threshold float8 not null,
      start_time timestamptz not null,
      end_time timestamptz,
      reminders int4 not null default 0,
      told_time timestamptz not null,
      clear_since timestamptz
    )`.execute(db);
  // Whatever two evaluators do at once, nothing is wrong twice at the same time.
  await sql`
    create unique index alerts_open on analytics.alerts (rule_id, subject) where end_time is null`.execute(db);
  await sql`create index alerts_ended on analytics.alerts (end_time) where end_time is not null`.execute(db);
  await sql`
    create table analytics.alert_deliveries (
      delivery_id uuid primary key,
      alert_id uuid not null references analytics.alerts on delete cascade,
      channel_id uuid not null references analytics.alert_channels on delete cascade,
      news text not null check (news in ('started', 'reminder', 'ended')),
      number int4 not null,
      value float8 not null,
      news_time timestamptz not null,
      state text not null check (state in ('waiting', 'delivered', 'failed')),
      attempts int4 not null default 0,
      next_time timestamptz not null,
      last_error text not null default '',
      unique (alert_id, channel_id, news, number)
    )`.execute(db);
  await sql`
    create index alert_deliveries_due on analytics.alert_deliveries (next_time) where state = 'waiting'`.execute(db);
  // Whose turn it is: one row, taken by whoever finds it old enough.
  await sql`create table analytics.alert_turn (turn int4 primary key, last_time timestamptz not null)`.execute(db);
  await sql`insert into analytics.alert_turn values (1, 'epoch')`.execute(db);
}

async function makeSignals(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table analytics.signal_minutes (
      minute timestamptz not null,
      kind text not null,
      provider text not null,
      cases int8 not null,
      bad int8 not null,
      primary key (minute, kind, provider)
    )`.execute(db);
  await sql`
    create table analytics.circuits (
      provider text not null,
      model_id text not null,
      open boolean not null,
      change_time timestamptz not null,
      news_time timestamptz not null,
      primary key (provider, model_id)
    )`.execute(db);
  await sql`
    create table analytics.spools (
      service text not null,
      instance text not null,
      events int8 not null,
      bytes int8 not null,
      report_time timestamptz not null,
      primary key (service, instance)
    )`.execute(db);
}

/** What is worth knowing anywhere; seen in the list of alerts, and told as soon as there is a channel. */
async function startingRules(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into analytics.alert_rules
    select gen_random_uuid(), name, kind, threshold, window_s, least_count, '{}', true, remind, 10, clear_after,
      budget, '2026-11-21T00:00:00Z'
    from (values
      ('Many requests fail', 'error_rate', 5, 300, 50, 3600, 120, false),
      ('Many plans are fallbacks', 'fallback_rate', 5, 900, 50, 3600, 300, false),
      ('Many generations fail', 'generation_failure_rate', 20, 900, 20, 3600, 300, false),
      ('A provider is down', 'provider_down', 60, 0, 0, 3600, 60, false),
      ('Analytics lags behind', 'consumer_lag', 50000, 0, 0, 3600, 120, false),
      ('Usage events wait on disk', 'spool_growing', 1000, 0, 0, 3600, 120, false),
      ('Budget of the day at 80 %', 'budget_day', 80, 0, 0, 0, 0, true),
      ('Budget of the day used up', 'budget_day', 100, 0, 0, 0, 0, true)
    ) as rule(name, kind, threshold, window_s, least_count, remind, clear_after, budget)`.execute(db);
}
