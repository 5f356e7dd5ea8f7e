import { type Compilable, type RawBuilder, sql, type Transaction } from 'kysely';
import type { GenerationSchema } from './schema.js';

/** A query that becomes part of a larger statement. */
export type Part = Compilable & { toOperationNode(): unknown };

/**
 * Runs inserts, updates and deletes as parts of one statement (data-modifying WITH): one round trip for all. Every part
 * sees the database as it was before; references between them are checked at the end.
 */
export async function runTogether<Row>(
  trx: Transaction<GenerationSchema>,
  parts: readonly Part[],
  select: RawBuilder<Row>,
): Promise<readonly Row[]> {
  const named = parts.map((part, index) => sql`${sql.ref(`part_${index}`)} as (${part})`);
  const { rows } = await sql<Row>`with ${sql.join(named)} select ${select}`.execute(trx);
  return rows;
}
