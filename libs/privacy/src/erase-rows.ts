import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PersonalTable } from './personal-table.js';

/** Rows of one statement: short enough to keep nobody waiting. */
const chunk = 500;

/** Deletes rows, some at a time; answers how many. An aborted signal ends it between two statements. */
export async function deleteRows(
  db: Kysely<unknown>,
  what: { readonly table: string; readonly where: RawBuilder<boolean> },
  signal: AbortSignal,
): Promise<number> {
  const target = sql.table(what.table);
  return inChunks(signal, () =>
    affected(db, sql`${someRows(target, what.where)} delete from ${target} where ${areThose}`),
  );
}

/** Changes rows so that the condition holds for them no more, some at a time; answers how many. */
export async function changeRows(
  db: Kysely<unknown>,
  change: { readonly table: string; readonly set: RawBuilder<unknown>; readonly where: RawBuilder<boolean> },
  signal: AbortSignal,
): Promise<number> {
  const target = sql.table(change.table);
  return inChunks(signal, () =>
    affected(db, sql`${someRows(target, change.where)} update ${target} set ${change.set} where ${areThose}`),
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

/** Repeats a step that takes up to `chunk` rows until it finds fewer; answers the sum. */
export async function inChunks(signal: AbortSignal, step: (most: number) => Promise<number>): Promise<number> {
  let all = 0;
  for (let done = chunk; done === chunk && !signal.aborted; all += done) done = await step(chunk);
  return all;
}

/** Rows by their place, which is unique only together with the partition that they are in. */
function someRows(target: RawBuilder<unknown>, where: RawBuilder<boolean>): RawBuilder<unknown> {
  return sql`with some_rows as materialized (
    select tableoid as part, ctid as place from ${target} where ${where} limit ${chunk} for update skip locked)`;
}

/** The place is named alone too, because only so the rows are read from there and not looked for. */
const areThose = sql<boolean>`
  ctid = any (array(select place from some_rows)) and (tableoid, ctid) in (select part, place from some_rows)`;

async function affected(db: Kysely<unknown>, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db);
  return Number(numAffectedRows);
}
