import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PersonalTable } from './personal-table.js';

const pageSize = 100;

/** The rows of a user in one table, page by page in the order of the key: memory holds one page. */
export async function* exportRows(
  db: Kysely<unknown>,
  { table, rowsOf, key, withheld = [] }: Pick<PersonalTable, 'table' | 'rowsOf' | 'key' | 'withheld'>,
  userId: string,
): AsyncGenerator<Record<string, unknown>> {
  const columns = sql.join(key.map((name) => sql.ref(name)));
  let after: RawBuilder<unknown> = sql`true`;
  for (;;) {
    const { rows } = await sql<{ record: Record<string, unknown>; key: string[] }>`
      select to_jsonb(stored) - ${[...withheld]}::text[] as record,
        array[${sql.join(key.map((name) => sql`${sql.ref(name)}::text`))}] as key
      from ${sql.table(table)} as stored where ${rowsOf(userId)} and ${after}
      order by ${columns} limit ${pageSize}`.execute(db);
    for (const { record } of rows) yield record;
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = sql`(${columns}) > (${sql.join(last.key)})`;
  }
}
