import pg from 'pg';
import type { Answered } from './use.js';

/** What the database of analytics holds, as rows and as rollups. */
export interface Counts {
  readonly rows: number;
  readonly callRows: number;
  readonly calls: number;
  readonly planRows: number;
  readonly plans: number;
  readonly generations: number;
  readonly costRows: number;
  readonly costRowsMicros: number;
  readonly costs: number;
  readonly costsMicros: number;
}

/** Reads all of it in one snapshot. */
export async function countEverything(databaseUrl: string): Promise<Counts> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Counts>(`
      with plan_calls as (
        select payload from analytics.usage_events
        where type = 'endpoint_called' and payload->>'route' = '/api/v1/enhanced/process'
      ), costs as (
        select (payload->>'amountMicros')::float8 as micros from analytics.usage_events where type = 'cost_recorded'
      )
      select
        (select count(*) from analytics.usage_events)::int as "rows",
        (select count(*) from plan_calls)::int as "callRows",
        coalesce((select sum(calls) from analytics.endpoint_analytics
          where grain = 'epoch' and route = '/api/v1/enhanced/process'), 0)::int as "calls",
        (select count(*) from analytics.usage_events where type = 'plan_completed')::int as "planRows",
        coalesce((select sum(requests) from analytics.intent_analytics where grain = 'epoch'), 0)::int as "plans",
        coalesce((select sum(accepted) from analytics.job_analytics
          where grain = 'epoch' and kind = 'generation'), 0)::int as "generations",
        (select count(*) from costs)::int as "costRows",
        coalesce((select sum(micros) from costs), 0)::float8 as "costRowsMicros",
        coalesce((select sum(payments) from analytics.cost_analytics where grain = 'epoch'), 0)::int as "costs",
        coalesce((select sum(amount_micros) from analytics.cost_analytics where grain = 'epoch'), 0)::float8 as "costsMicros"`);
    const [counts] = rows;
    if (!counts) throw new Error('the database answered nothing');
    return counts;
  } finally {
    await client.end();
  }
}

/** One sentence for everything that was lost or counted twice. */
export function judgeCounts(counts: Counts, answered: Answered): string[] {
  const same = (what: string, got: number, expected: number): string[] =>
    got === expected ? [] : [`${what}: ${got} instead of ${expected}`];
  return [
    ...same('rows of calls', counts.callRows, answered.calls),
    ...same('calls in the rollup', counts.calls, answered.calls),
    ...same('rows of plans', counts.planRows, answered.plans),
    ...same('plans in the rollup', counts.plans, answered.plans),
    ...same('generations in the rollup', counts.generations, answered.generations),
    ...same('payments in the rollup', counts.costs, counts.costRows),
    ...same('micro-dollars in the rollup', counts.costsMicros, counts.costRowsMicros),
  ];
}
