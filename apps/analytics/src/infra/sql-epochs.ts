import { type Kysely, sql } from 'kysely';
import { type Epochs, firstEpoch } from '../domain/period.js';

/** Waiting for the writers that are under way; in the meantime everybody waits. */
const longestWait = '5s';

/** Beginnings of all epochs, earliest first. What a transaction read stays true until it ends. */
export async function readEpochs(db: Kysely<unknown>): Promise<Epochs> {
  const { rows } = await sql<{ started_at: Date }>`
    select started_at from analytics.epochs order by started_at`.execute(db);
  return rows.map(({ started_at }) => started_at);
}

/** Beginning of the current epoch. */
export async function currentEpoch(db: Kysely<unknown>): Promise<Date> {
  return (await readEpochs(db)).at(-1) ?? firstEpoch;
}

/**
 * Begins an epoch; answers since when it is. The lock waits for the batches that read the epochs before and keeps new ones
 * waiting, so that no event is counted in an epoch that it does not belong to. A later epoch stays the current one.
 */
export async function beginEpoch(db: Kysely<unknown>, at: Date): Promise<Date> {
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('lock_timeout', ${longestWait}, true)`.execute(transaction);
    await sql`lock table analytics.epochs in access exclusive mode`.execute(transaction);
    await sql`insert into analytics.epochs values (${at}) on conflict do nothing`.execute(transaction);
    return currentEpoch(transaction);
  });
}
