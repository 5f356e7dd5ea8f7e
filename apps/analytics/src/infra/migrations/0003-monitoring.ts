import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const rollupTables = ['job', 'intent', 'feedback', 'endpoint', 'provider', 'cost'].map((name) => `${name}_analytics`);
const newSums: readonly (readonly [string, readonly string[]])[] = [
  ['intent_analytics', ['ai', 'ai_cost_micros', 'classic', 'classic_cost_micros']],
  ['cost_analytics', ['generations', 'successes']],
];

/**
 * Rows of minutes, epochs, and sums for costs and targets. Everything new has a default, so that the version before keeps
 * writing; what it writes belongs to the first epoch and has no minutes.
 */
export const monitoring: Migration = {
  up: async (db: Kysely<unknown>) => {
    // The first table that a batch writes: so nobody waits for this in the middle of one.
    await sql`lock table analytics.usage_events in access exclusive mode`.execute(db);
    for (const table of rollupTables) {
      const name = sql.table(`analytics.${table}`);
      await sql`alter table ${name} drop constraint if exists ${sql.id(`${table}_grain_check`)}`.execute(db);
      await sql`
        alter table ${name} add constraint ${sql.id(`${table}_grain_check`)}
        check (grain in ('epoch', 'day', 'hour', 'minute')) not valid`.execute(db);
    }
    for (const [table, sums] of newSums) {
      const columns = sums.map((name) => sql`add column ${sql.id(name)} int8 not null default 0`);
      await sql`alter table ${sql.table(`analytics.${table}`)} ${sql.join(columns)}`.execute(db);
    }
    await sql`create table analytics.epochs (started_at timestamptz primary key)`.execute(db);
    await sql`insert into analytics.epochs values ('epoch')`.execute(db);
    // What is listed newest first; a figure of everything else is in the rollups.
    await sql`
      create index usage_events_recent on analytics.usage_events (type, occurred_at desc)
      where type in ('plan_completed', 'generation_changed', 'playground_job_changed', 'error_occurred')`.execute(db);
  },
};
