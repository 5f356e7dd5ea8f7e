import { type Kysely, sql } from 'kysely';
import { timeOfId } from '../../domain/event-month.js';

/** A partition and the times that its ids begin with; no end where it holds what belongs nowhere else. */
export interface Partition {
  readonly name: string;
  /** Absent where it begins with the first id of all. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

/** The partitions of a table, oldest first. */
export async function readPartitions(db: Kysely<unknown>, table: string): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; bound: string }>`
    select child.relname as name, pg_get_expr(child.relpartbound, child.oid) as bound
    from pg_inherits join pg_class as child on child.oid = inhrelid
    where inhparent = ${`analytics.${table}`}::regclass order by 1`.execute(db);
  return rows.map(({ name, bound }) => ({ name, from: limit(bound, 'FROM'), to: limit(bound, 'TO') }));
}

/** `FOR VALUES FROM ('…') TO ('…')`, `FROM (MINVALUE)` or `DEFAULT`. */
function limit(bound: string, word: 'FROM' | 'TO'): Date | undefined {
  const id = new RegExp(`${word} \\('([0-9a-f-]{36})'\\)`).exec(bound)?.[1];
  return id ? timeOfId(id) : undefined;
}
