import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { eventMonth } from '../../domain/event-month.js';

interface Table {
  readonly table: string;
  readonly key: readonly string[];
  /** Indexes beside the key: name, and what follows the table in their definition. */
  readonly indexes: readonly (readonly [string, RawBuilder<unknown>])[];
}

const tables: readonly Table[] = [
  {
    table: 'usage_events',
    key: ['event_id'],
    indexes: [
      ['age', sql`using brin (occurred_at)`],
      [
        'recent',
        sql`(type, occurred_at desc)
          where type in ('plan_completed', 'generation_changed', 'playground_job_changed', 'error_occurred')`,
      ],
    ],
  },
  {
    table: 'intent_classification_logs',
    key: ['user_id', 'request_id', 'event_id'],
    indexes: [['age', sql`using brin (created_at)`]],
  },
];

/**
 * Cuts events and classified plans into months by the time in the event's id. The id alone stays the key, over all months:
 * an id belongs to one of them. The rows that are there become one partition as they are, without being copied; only ids
 * that are no UUIDv7 or ahead of their time move. The version before writes and reads as before; its ways to change rows,
 * which would hit rows of other months, are refused.
 */
export const partitions: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`
      create function analytics.refuse_unless_by_key() returns trigger language plpgsql as $$
      begin
        if current_setting('atelier.rows_by_key', true) = 'on' then
          if tg_op = 'DELETE' then return old; end if;
          return new;
        end if;
        raise exception 'rows of % are changed by their key', tg_table_name using errcode = 'object_not_in_prerequisite_state';
      end $$`.execute(db);
    for (const { table } of tables)
      await sql`lock table ${sql.table(`analytics.${table}`)} in access exclusive mode`.execute(db);
    for (const table of tables) await cut(db, table);
  },
};

async function cut(db: Kysely<unknown>, { table, key, indexes }: Table): Promise<void> {
  const parent = sql.table(`analytics.${table}`);
  const before = sql.table(`analytics.${table}_before`);
  const other = sql.table(`analytics.${table}_other`);
  await sql`alter table ${parent} rename to ${sql.id(`${table}_before`)}`.execute(db);
  for (const name of ['pkey', ...indexes.map(([one]) => one)])
    await sql`
      alter index analytics.${sql.id(`${table}_${name}`)} rename to ${sql.id(`${table}_before_${name}`)}`.execute(db);
  await sql`create table ${parent} (like ${before} including defaults) partition by range (event_id)`.execute(db);
  await sql`alter table ${parent} add primary key (${sql.join(key.map((name) => sql.ref(name)))})`.execute(db);
  for (const [name, definition] of indexes)
    await sql`create index ${sql.id(`${table}_${name}`)} on ${parent} ${definition}`.execute(db);
  await sql`create table ${other} partition of ${parent} default`.execute(db);
  await takeOver(db, { parent, before, other });
  await sql`
    create trigger by_key before update or delete on ${parent}
    for each row execute function analytics.refuse_unless_by_key()`.execute(db);
}

async function takeOver(
  db: Kysely<unknown>,
  { parent, before, other }: Record<'parent' | 'before' | 'other', RawBuilder<unknown>>,
): Promise<void> {
  const { rows } = await sql<{ now: Date; some: boolean }>`
    select now() as now, exists (select from ${before}) as some`.execute(db);
  if (!rows[0]?.some) {
    await sql`drop table ${before}`.execute(db);
    return;
  }
  const { toId } = eventMonth(rows[0].now);
  await sql`
    with moved as (delete from ${before} where event_id >= ${toId} returning *)
    insert into ${other} select * from moved`.execute(db);
  await sql`
    alter table ${parent} attach partition ${before} for values from (minvalue) to (${sql.lit(toId)})`.execute(db);
}
