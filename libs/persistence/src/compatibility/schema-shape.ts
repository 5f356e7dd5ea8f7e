import { type Kysely, sql } from 'kysely';

/** A column as whoever reads and writes it sees it. */
export interface ColumnShape {
  readonly type: string;
  readonly nullable: boolean;
  /** Filled in when a row comes without it: a default, an identity or a generated value. */
  readonly filled: boolean;
}

/** What a release relies on in its SQL schema. Names to definitions, so that it can be stored and compared. */
export interface SchemaShape {
  readonly tables: Readonly<Record<string, Readonly<Record<string, ColumnShape>>>>;
  /** What rows must obey: checks, foreign keys, unique constraints and indexes; `table: name` to its definition. */
  readonly rules: Readonly<Record<string, string>>;
  /** Functions with their arguments, triggers, types with their values, sequences. */
  readonly others: Readonly<Record<string, string>>;
}

/** Reads the shape of a schema. Partitions are left out: they come and go while a release runs. */
export async function schemaShape(db: Kysely<unknown>, schema: string): Promise<SchemaShape> {
  const columns = await sql<{ table: string; name: string } & ColumnShape>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
      a.atthasdef or a.attidentity <> '' as filled
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and c.relname not like 'kysely_migration%'
    order by 1, 2`.execute(db);
  const rules = await sql<{ name: string; definition: string }>`
    select c.relname || ': ' || k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = ${schema}::regnamespace and k.contype in ('c', 'f', 'p', 'u', 'x') and not c.relispartition
      and c.relname not like 'kysely_migration%'
    union all
    select t.relname || ': ' || c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', 'unique using ')
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    where c.relnamespace = ${schema}::regnamespace and i.indisunique and not t.relispartition
      and not exists (select from pg_constraint k where k.conindid = c.oid)
    order by 1`.execute(db);
  const others = await sql<{ name: string; definition: string }>`
    select 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
      pg_get_function_result(p.oid) as definition
    from pg_proc p where p.pronamespace = ${schema}::regnamespace
    union all
    select 'trigger ' || t.tgname || ' of ' || c.relname, pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = ${schema}::regnamespace and not t.tgisinternal and not c.relispartition
    union all
    select 'type ' || t.typname, string_agg(e.enumlabel, ', ' order by e.enumlabel)
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = ${schema}::regnamespace group by t.typname
    union all
    select 'sequence ' || c.relname, '' from pg_class c
    where c.relnamespace = ${schema}::regnamespace and c.relkind = 'S'
    order by 1`.execute(db);
  const tables: Record<string, Record<string, ColumnShape>> = {};
  for (const { table, name, type, nullable, filled } of columns.rows)
    (tables[table] ??= {})[name] = { type, nullable, filled };
  const byName = (rows: readonly { name: string; definition: string }[]): Record<string, string> =>
    Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
  return { tables, rules: byName(rules.rows), others: byName(others.rows) };
}
