import type { Database } from '@atelier/persistence';
import { sql } from 'kysely';

// Names that columns with people in them have here and elsewhere.
const namesPeople = '(^|_)(owner|user|subject|actor|author|customer|principal|account)(_id|_key|_name)?$|(_by|_user)$';

/**
 * Columns (`table.column`) of a schema that, by their name, hold somebody's id. Export and deletion must know each of them.
 * Partitions and views are left out: their rows are those of tables.
 */
export async function personalColumns(database: Database, schema: string): Promise<string[]> {
  const { rows } = await sql<{ place: string }>`
    select table_name || '.' || column_name as place from information_schema.columns
    join pg_class on pg_class.oid = format('%I.%I', table_schema, table_name)::regclass
    where table_schema = ${schema} and column_name ~ ${namesPeople} and data_type in ('text', 'uuid', 'character varying')
      and relkind in ('r', 'p') and not relispartition
    order by 1`.execute(database.kysely());
  return rows.map(({ place }) => place);
}

/** Every value of every text, JSON or array column of the database that holds one of the texts, as `schema.table.column: row`. */
export async function placesOf(database: Database, texts: readonly string[]): Promise<string[]> {
  const db = database.kysely();
  const { rows: columns } = await sql<{ schema: string; table: string; column: string }>`
    select table_schema as schema, table_name as table, column_name as column from information_schema.columns
    join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
      and data_type in ('text', 'character varying', 'json', 'jsonb', 'uuid', 'ARRAY', 'bytea')
    order by 1, 2, 3`.execute(db);
  const places: string[] = [];
  for (const { schema, table, column } of columns) {
    const name = sql.ref(column);
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(stored) as row from ${sql.table(`${schema}.${table}`)} as stored
      where exists (select from unnest(${[...texts]}::text[]) as wanted(text)
        where position(wanted.text in ${name}::text) > 0
          or position(encode(convert_to(wanted.text, 'UTF8'), 'hex') in ${name}::text) > 0)`.execute(db);
    places.push(...rows.map(({ row }) => `${schema}.${table}.${column}: ${JSON.stringify(row)}`));
  }
  return places;
}

/** Every row of every table of the database as JSON, to compare before and after; without the tables of job queues. */
export async function dumpRows(database: Database, isWanted: (row: string) => boolean): Promise<string[]> {
  const db = database.kysely();
  const { rows: tables } = await sql<{ schema: string; table: string }>`
    select table_schema as schema, table_name as table from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema', 'pgboss')
    order by 1, 2`.execute(db);
  const all: string[] = [];
  for (const { schema, table } of tables) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(stored) as row from ${sql.table(`${schema}.${table}`)} as stored`.execute(db);
    all.push(...rows.map(({ row }) => `${schema}.${table} ${JSON.stringify(row)}`).filter(isWanted));
  }
  return all.sort();
}
