import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CostGroup, CostGrouping, CostSums, GroupedCosts } from '../domain/costs.js';
import { sinceReset } from './sql-stats-store.js';

const day = sql`to_char(period_start at time zone 'utc', 'YYYY-MM-DD')`;

/** Only rows of days know the user. A day in which the statistics were reset has rows of before and after. */
const sinceResetByDay = sql<boolean>`grain = 'day' and period_start >= (select max(started_at) from analytics.epochs)`;

const groupings: Readonly<Record<CostGrouping, { key: RawBuilder<unknown>; rows: RawBuilder<boolean> }>> = {
  user: { key: sql.ref('user_id'), rows: sinceResetByDay },
  day: { key: day, rows: sinceResetByDay },
  model: { key: sql.ref('model_id'), rows: sinceReset },
  provider: { key: sql.ref('provider'), rows: sinceReset },
  workflow: { key: sql.ref('workflow'), rows: sinceReset },
};

const sums = sql`
  coalesce(sum(generations), 0)::int8 as generations, coalesce(sum(successes), 0)::int8 as successes,
  coalesce(sum(amount_micros), 0)::int8 as "totalCostMicros"`;

/** Costs since the last reset, the dearest groups or the latest days first. */
export async function readCosts(db: Kysely<unknown>, by: CostGrouping, limit: number): Promise<GroupedCosts> {
  const { key, rows: wanted } = groupings[by];
  const order = by === 'day' ? sql`key desc` : sql`"totalCostMicros" desc, key`;
  const { rows } = await sql<CostGroup & { all: number }>`
    select *, (sum("totalCostMicros") over ())::int8 as "all" from (
      select ${key} as key, ${sums} from analytics.cost_analytics where ${wanted} group by 1
    ) as grouped order by ${order} limit ${limit}`.execute(db);
  return { totalCostMicros: rows[0]?.all ?? 0, groups: rows.map(({ all: _all, ...group }) => group) };
}

/** Sums since the last reset: a row for each provider, model and workflow. */
export async function readCostSums(db: Kysely<unknown>): Promise<CostSums[]> {
  const { rows } = await sql<CostSums>`
    select provider, model_id as model, workflow, ${sums} from analytics.cost_analytics
    where ${sinceReset} group by 1, 2, 3`.execute(db);
  return rows;
}

/** Micro-dollars since the beginning of an hour, or since the last reset if that was later. */
export async function readCostMicrosSince(db: Kysely<unknown>, hour: Date): Promise<number> {
  const { rows } = await sql<{ spent: number }>`
    select coalesce(sum(amount_micros), 0)::int8 as spent from analytics.cost_analytics
    where grain = 'hour' and period_start >= greatest(${hour}, (select max(started_at) from analytics.epochs))`.execute(
    db,
  );
  return rows[0]?.spent ?? 0;
}
