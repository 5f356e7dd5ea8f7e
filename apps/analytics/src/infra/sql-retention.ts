import { type Kysely, type RawBuilder, sql } from 'kysely';

/** Rows of one statement: short enough to keep nobody waiting. */
const chunk = 2_000;

/**
 * Deletes rows of events that were kept long enough. The rollups stay, so that no figure changes. Returns how many rows went.
 * Judgements go after their plans: what was counted for a plan can be taken back as long as the plan is known.
 * A signal ends it after the statement that runs.
 */
export async function deleteOldRows(db: Kysely<unknown>, before: Date, signal?: AbortSignal): Promise<number> {
  const tables: readonly (readonly [string, RawBuilder<unknown>])[] = [
    ['intent_classification_logs', sql`created_at < ${before}`],
    [
      'plan_feedback',
      sql`given_at < ${before} and not exists (
        select from analytics.intent_classification_logs as plan
        where plan.user_id = plan_feedback.user_id and plan.request_id = plan_feedback.request_id)`,
    ],
    ['usage_events', sql`occurred_at < ${before}`],
  ];
  let deleted = 0;
  for (const [table, condition] of tables) {
    for (;;) {
      if (signal?.aborted) return deleted;
      const rows = await deleteChunk(db, sql.table(`analytics.${table}`), condition);
      deleted += rows;
      if (rows < chunk) break;
    }
  }
  return deleted;
}

async function deleteChunk(
  db: Kysely<unknown>,
  table: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from ${table} where ctid = any (array(select ctid from ${table} where ${condition} limit ${chunk}))`.execute(
    db,
  );
  return Number(numAffectedRows);
}
