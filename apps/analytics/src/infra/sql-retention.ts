import { type Kysely, type RawBuilder, sql } from 'kysely';
import { isPast } from './partitions/drop-partitions.js';
import { partitionedTables } from './partitions/partitioned-tables.js';
import { readPartitions } from './partitions/read-partitions.js';
import { changingByKey } from './partitions/rows-by-key.js';

/** Rows of one statement: short enough to keep nobody waiting. */
const chunk = 2_000;

interface OldRows {
  readonly table: string;
  readonly where: RawBuilder<unknown>;
}

/**
 * Deletes rows of events that were kept long enough and whose month won't be dropped soon: in months that are younger than
 * the event, and where no month is known. Returns how many rows went. The rollups stay, so that no figure changes.
 * Judgements go after their plans: what was counted for a plan can be taken back as long as the plan is known.
 * A signal ends it after the statement that runs.
 */
export async function deleteOldRows(db: Kysely<unknown>, before: Date, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const { table, where } of [...(await oldEvents(db, before)), oldJudgements(before), oldOutcomes(before)]) {
    for (;;) {
      if (signal?.aborted) return deleted;
      const rows = await deleteChunk(db, sql.table(`analytics.${table}`), where);
      deleted += rows;
      if (rows < chunk) break;
    }
  }
  return deleted;
}

/** Rows of minutes, which nobody reads any more. */
export async function deleteOldMinutes(
  db: Kysely<unknown>,
  tables: readonly string[],
  before: Date,
  signal?: AbortSignal,
): Promise<void> {
  const where = sql`grain = 'minute' and period_start < ${before}`;
  for (const table of tables) {
    for (;;) {
      if (signal?.aborted) return;
      if ((await deleteChunk(db, sql.table(`analytics.${table}`), where)) < chunk) break;
    }
  }
}

function oldOutcomes(before: Date): OldRows {
  return { table: 'generation_outcomes', where: sql`outcome_time < ${before}` };
}

/** The month in which the time of keeping begins waits until all of it is old. */
async function oldEvents(db: Kysely<unknown>, before: Date): Promise<OldRows[]> {
  const all: OldRows[] = [];
  for (const { table, timeColumn } of partitionedTables) {
    const where = sql`${sql.ref(timeColumn)} < ${before}`;
    for (const partition of await readPartitions(db, table)) {
      const isMonthOfTheEdge = partition.from !== undefined && partition.from < before;
      if (!isMonthOfTheEdge && !isPast(partition, before)) all.push({ table: partition.name, where });
    }
  }
  return all;
}

function oldJudgements(before: Date): OldRows {
  return {
    table: 'plan_feedback',
    where: sql`given_at < ${before} and not exists (
      select from analytics.intent_classification_logs as plan
      where plan.user_id = plan_feedback.user_id and plan.request_id = plan_feedback.request_id)`,
  };
}

/** In one table or one partition, where a place is one row's. */
function deleteChunk(db: Kysely<unknown>, table: RawBuilder<unknown>, where: RawBuilder<unknown>): Promise<number> {
  return changingByKey(db, async (transaction) => {
    const { numAffectedRows = 0n } = await sql`
      delete from ${table} where ctid = any (array(select ctid from ${table} where ${where} limit ${chunk}))`.execute(
      transaction,
    );
    return Number(numAffectedRows);
  });
}
