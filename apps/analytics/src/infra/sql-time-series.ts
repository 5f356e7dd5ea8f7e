import { type Kysely, type RawBuilder, sql } from 'kysely';
import { percentileUs } from '../domain/latency-histogram.js';
import { fillSteps, type TimePoint, type TimeSeriesMetric, type TimeSteps } from '../domain/time-series.js';

/** A sum, or a quotient of two. */
interface Figure {
  readonly table: string;
  readonly sum: RawBuilder<unknown>;
  /** Steps without it have no figure. */
  readonly per?: RawBuilder<unknown>;
}

const figure = (name: string, sum: string, per?: string): Figure => ({
  table: `${name}_analytics`,
  sum: sql.raw(sum),
  ...(per ? { per: sql.raw(per) } : {}),
});

const classifiedBy = (source: string): Figure =>
  figure('intent', `coalesce(sum(requests) filter (where source = '${source}'), 0)`);

const percentiles = { response_time_p50: 0.5, response_time_p95: 0.95 } as const;

const figures: Readonly<Record<Exclude<TimeSeriesMetric, keyof typeof percentiles>, Figure>> = {
  requests: figure('endpoint', 'sum(calls)'),
  request_errors: figure('endpoint', 'sum(errors)'),
  error_rate: figure('endpoint', 'sum(errors)', 'sum(calls)'),
  response_time: figure('endpoint', 'sum(duration_us)', 'sum(calls) * 1e3'),
  classifications: figure('intent', 'sum(requests)'),
  classified_by_cache: classifiedBy('cache'),
  classified_by_local: classifiedBy('local'),
  classified_by_llm: classifiedBy('llm'),
  classified_by_fallback: classifiedBy('fallback'),
  classified_by_classic: classifiedBy('classic'),
  cache_hit_rate: figure('intent', 'sum(cache_hits)', 'sum(requests)'),
  fallback_rate: figure('intent', 'sum(fallbacks)', 'sum(requests)'),
  confidence: figure('intent', 'sum(confidence_ppm)', 'sum(requests) * 1e6'),
  processing_time: figure('intent', 'sum(classification_us)', 'sum(requests) * 1e3'),
  jobs: figure('job', 'sum(accepted)'),
  jobs_completed: figure('job', 'sum(completed)'),
  jobs_failed: figure('job', 'sum(failed)'),
  generation_time: figure('job', 'sum(duration_ms)', 'sum(timed) * 1e3'),
  provider_calls: figure('provider', 'sum(calls)'),
  provider_error_rate: figure('provider', "coalesce(sum(calls) filter (where outcome <> 'ok'), 0)", 'sum(calls)'),
  cost: figure('cost', 'sum(amount_micros) / 1e6'),
};

/** One figure by steps; epochs change nothing. */
export async function readTimeSeries(
  db: Kysely<unknown>,
  metric: TimeSeriesMetric,
  steps: TimeSteps,
): Promise<TimePoint[]> {
  if (metric === 'response_time_p50' || metric === 'response_time_p95')
    return fillSteps(steps, await percentileByStep(db, steps, percentiles[metric]), undefined);
  const { table, sum, per } = figures[metric];
  const value = per ? sql`${sum} / nullif(${per}, 0)` : sum;
  const { rows } = await sql<{ at: Date; value: number | null }>`
    select ${stepOf(steps)} as at, (${value})::float8 as value
    from ${sql.table(`analytics.${table}`)} where ${within(steps)} group by 1`.execute(db);
  const found = rows.flatMap(({ at, value: one }): [number, number][] => (one === null ? [] : [[at.getTime(), one]]));
  return fillSteps(steps, new Map(found), per ? undefined : 0);
}

/** Histograms are added up by the database, bucket by bucket: the rows of all routes would be too many to send. */
async function percentileByStep(db: Kysely<unknown>, steps: TimeSteps, share: number): Promise<Map<number, number>> {
  const { rows } = await sql<{ at: Date; latency: number[] }>`
    select at, array_agg(n order by bucket) as latency from (
      select ${stepOf(steps)} as at, bucket, sum(n)::int8 as n from analytics.endpoint_analytics
      cross join lateral unnest(latency) with ordinality as observed(n, bucket)
      where ${within(steps)} group by 1, 2
    ) as buckets group by 1`.execute(db);
  return new Map(rows.map(({ at, latency }) => [at.getTime(), percentileUs(latency, share) / 1000]));
}

const hourMs = 3_600_000;

function within({ from, stepMs }: TimeSteps): RawBuilder<boolean> {
  const grain = stepMs % hourMs === 0 ? 'hour' : 'minute';
  return sql<boolean>`grain = ${grain} and period_start >= ${from}`;
}

function stepOf({ stepMs }: TimeSteps): RawBuilder<Date> {
  return sql<Date>`date_bin(make_interval(secs => ${stepMs / 1000}), period_start, 'epoch')`;
}
