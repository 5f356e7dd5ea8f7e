import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { feedback } from './feedback-migration.js';
import { monitoring } from './migrations/0003-monitoring.js';
import { partitions } from './migrations/0005-partitions.js';
import { logViews } from './migrations/0006-log-views.js';
import { alerts } from './migrations/0004-alerts.js';
import { experiments } from './migrations/0007-experiments.js';

/** SQL schema that this service owns. */
export const analyticsSchema = 'analytics';

/** Columns that every rollup has beside its own labels and sums. */
const rollupTable = (table: string, labels: readonly string[], sums: readonly string[]) => sql`
  create table analytics.${sql.id(table)} (
    grain text not null check (grain in ('epoch', 'day', 'hour')),
    period_start timestamptz not null,
    ${sql.join([
      ...labels.map((name) => sql`${sql.id(name)} text not null`),
      ...sums.map((name) => sql`${sql.id(name)} int8 not null`),
    ])},
    latency int8[] not null,
    last_at timestamptz not null,
    primary key (${sql.join(['grain', 'period_start', ...labels].map((name) => sql.id(name)))})
  )`;

const usage: Migration = {
  up: async (db: Kysely<unknown>) => {
    // The key alone decides what is a repetition. UUIDv7 carries its time, so ranges of it can become monthly partitions.
    await sql`
      create table analytics.usage_events (
        event_id uuid primary key,
        occurred_at timestamptz not null,
        received_at timestamptz not null default now(),
        type text not null,
        user_id text not null,
        request_id text not null,
        trace_id text not null,
        service text not null,
        service_version text not null,
        payload jsonb not null
      )`.execute(db);
    // Histograms are as long as their last occupied bucket; unnest fills the shorter one with nulls.
    await sql`
      create function analytics.add_histograms(a int8[], b int8[]) returns int8[] language sql immutable parallel safe as $$
        select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by bucket), '{}')
        from unnest(a, b) with ordinality as buckets(x, y, bucket)
      $$`.execute(db);
    const tables = [
      rollupTable(
        'job_analytics',
        ['kind', 'job_type'],
        ['accepted', 'completed', 'failed', 'cancelled', 'images', 'videos', 'timed', 'duration_ms'],
      ),
      rollupTable(
        'intent_analytics',
        ['workflow', 'source'],
        [
          'requests',
          'cache_hits',
          'fallbacks',
          'corrections',
          'errors',
          'confidence_ppm',
          'classification_us',
          'total_us',
        ],
      ),
      rollupTable('feedback_analytics', [], ['judged', 'correct', 'rated', 'rating']),
      rollupTable('endpoint_analytics', ['route', 'method'], ['calls', 'errors', 'duration_us']),
      rollupTable('provider_analytics', ['provider', 'model_id', 'outcome'], ['calls', 'duration_ms']),
      rollupTable(
        'cost_analytics',
        ['user_id', 'provider', 'model_id', 'workflow', 'kind'],
        ['payments', 'amount_micros'],
      ),
    ];
    for (const table of tables) await table.execute(db);
  },
};

/** What the schema went through, by name in order. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_usage': usage,
  '0002_feedback': feedback,
  '0003_monitoring': monitoring,
  '0004_alerts': alerts,
  '0005_partitions': partitions,
  '0006_log_views': logViews,
  '0007_experiments': experiments,
};
