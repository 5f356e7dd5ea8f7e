import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Erased } from './personal-data.js';
import type { PersonalTable } from './personal-table.js';

/** Rows of one statement: short enough to keep nobody waiting. */
const chunk = 500;

/** Deletes the rows of a user in one table, some at a time. An aborted signal ends it between two statements. */
export async function deleteRows(
  db: Kysely<unknown>,
  { table, kind, rowsOf }: Pick<PersonalTable, 'table' | 'kind' | 'rowsOf'>,
  userId: string,
  signal: AbortSignal,
): Promise<Erased> {
  const target = sql.table(table);
  const deleted = await inChunks(signal, () =>
    affected(
      db,
      sql`delete from ${target} where ctid = any (array(
        select ctid from ${target} where ${rowsOf(userId)} limit ${chunk} for update skip locked))`,
    ),
  );
  return { kind, deleted, anonymised: 0 };
}

/** Changes rows so that the condition holds for them no more, some at a time; answers how many. */
export async function changeRows(
  db: Kysely<unknown>,
  change: { readonly table: string; readonly set: RawBuilder<unknown>; readonly where: RawBuilder<boolean> },
  signal: AbortSignal,
): Promise<number> {
  const target = sql.table(change.table);
  return inChunks(signal, () =>
    affected(
      db,
      sql`update ${target} set ${change.set} where ctid = any (array(
        select ctid from ${target} where ${change.where} limit ${chunk} for update skip locked))`,
    ),
  );
}

/** True when a user has no rows in a table. */
export async function isEmpty(
  db: Kysely<unknown>,
  { table, rowsOf }: Pick<PersonalTable, 'table' | 'rowsOf'>,
  userId: string,
): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)} where ${rowsOf(userId)} limit 1`.execute(db);
  return rows.length === 0;
}

async function inChunks(signal: AbortSignal, step: () => Promise<number>): Promise<number> {
  let all = 0;
  for (let done = chunk; done === chunk && !signal.aborted; all += done) done = await step();
  return all;
}

async function affected(db: Kysely<unknown>, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db);
  return Number(numAffectedRows);
}
