import { type Kysely, sql } from 'kysely';
import { type EventMonth, eventMonth, timeOfId } from '../../domain/event-month.js';
import { otherPartition, partitionedTables } from './partitioned-tables.js';
import { type Partition, readPartitions } from './read-partitions.js';
import { announceByKey } from './rows-by-key.js';

/** From the month before, for events that come late, to two months ahead. */
const offsets = [-1, 0, 1, 2];

/** Waiting longer for a lock would keep every writer waiting behind it; there is time for another try. */
const longestWait = '2s';

/** Only one replica makes partitions at a time: "part" in ASCII. */
const lockSpace = 0x70617274;

/** Makes the months that are missing around now; answers their names. */
export async function makePartitions(db: Kysely<unknown>, now: Date): Promise<string[]> {
  const made: string[] = [];
  for (const { table } of partitionedTables) {
    const months = offsets.map((offset) => eventMonth(now, offset));
    for (const month of months) {
      if (isCovered(await readPartitions(db, table), month)) continue;
      if (await makeMonth(db, table, month)) made.push(`${table}_${month.name}`);
    }
  }
  return made;
}

function isCovered(partitions: readonly Partition[], { fromId }: EventMonth): boolean {
  const start = timeOfId(fromId);
  return partitions.some(({ from, to }) => to !== undefined && start < to && (from === undefined || start >= from));
}

/** What came before its month was made is taken along. Attaching keeps nobody waiting but writers of such events. */
async function makeMonth(db: Kysely<unknown>, table: string, month: EventMonth): Promise<boolean> {
  const parent = sql.table(`analytics.${table}`);
  const other = sql.table(`analytics.${otherPartition(table)}`);
  const made = sql.table(`analytics.${table}_${month.name}`);
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('lock_timeout', ${longestWait}, true)`.execute(transaction);
    await announceByKey(transaction);
    await sql`select pg_advisory_xact_lock(${lockSpace})`.execute(transaction);
    if (isCovered(await readPartitions(transaction, table), month)) return false;
    await sql`lock table ${other} in access exclusive mode`.execute(transaction);
    await sql`create table ${made} (like ${parent} including all)`.execute(transaction);
    await sql`
      with moved as (
        delete from ${other} where event_id >= ${month.fromId} and event_id < ${month.toId} returning *
      ) insert into ${made} select * from moved`.execute(transaction);
    await sql`
      alter table ${parent} attach partition ${made}
      for values from (${sql.lit(month.fromId)}) to (${sql.lit(month.toId)})`.execute(transaction);
    return true;
  });
}
