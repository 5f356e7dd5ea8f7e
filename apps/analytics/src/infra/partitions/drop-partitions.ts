import { type Kysely, sql } from 'kysely';
import { type PartitionedTable, partitionedTables } from './partitioned-tables.js';
import { type Partition, readPartitions } from './read-partitions.js';

/** Waiting longer for a lock would keep every writer waiting behind it; the next round tries again. */
const longestWait = '2s';

/**
 * Drops the months in which everything happened before a moment; answers their names. A month with a younger event, whose
 * id was made long before it happened, stays until that one is old too: its id must be known as long as it may come again.
 */
export async function dropOldPartitions(db: Kysely<unknown>, before: Date, signal?: AbortSignal): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    for (const partition of await readPartitions(db, table.table)) {
      if (signal?.aborted) return dropped;
      if (isPast(partition, before) && (await drop(db, table, partition, before))) dropped.push(partition.name);
    }
  }
  return dropped;
}

/** True when every id of a partition is older. */
export function isPast({ to }: Partition, before: Date): boolean {
  return to !== undefined && to <= before;
}

async function drop(
  db: Kysely<unknown>,
  { table, timeColumn }: PartitionedTable,
  { name }: Partition,
  before: Date,
): Promise<boolean> {
  const partition = sql.table(`analytics.${name}`);
  const young = sql<{ young: boolean }>`
    select exists (select from ${partition} where ${sql.ref(timeColumn)} >= ${before}) as young`;
  // First without a lock: mostly this takes longer than the second time.
  if ((await young.execute(db)).rows[0]?.young !== false) return false;
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('lock_timeout', ${longestWait}, true), set_config('enable_seqscan', 'off', true)`.execute(
      transaction,
    );
    await sql`lock table only ${sql.table(`analytics.${table}`)}, ${partition} in access exclusive mode`.execute(
      transaction,
    );
    if ((await young.execute(transaction)).rows[0]?.young !== false) return false;
    await sql`drop table ${partition}`.execute(transaction);
    return true;
  });
}
