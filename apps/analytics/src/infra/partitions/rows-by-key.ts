import { type Kysely, sql, type Transaction } from 'kysely';

/**
 * Changes or deletes rows of a partitioned table in a transaction of its own. Rows of different partitions share a place
 * (`ctid`), so a statement that names rows by it would hit others; a trigger refuses every change that is not announced here.
 */
export async function changingByKey<Result>(
  db: Kysely<unknown>,
  work: (transaction: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (transaction) => {
    await announceByKey(transaction);
    return work(transaction);
  });
}

/** Lets a transaction change rows of partitioned tables: it knows them by their key, or in one partition. */
export async function announceByKey(transaction: Transaction<unknown>): Promise<void> {
  await sql`select set_config('atelier.rows_by_key', 'on', true)`.execute(transaction);
}
