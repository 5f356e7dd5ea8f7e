import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type ExperimentMetric, experimentMetrics } from '../../domain/experiments/metrics.js';
import type { RatioSample } from '../../domain/experiments/ratio-sample.js';

/** An experiment that users were exposed to. */
export interface ExposedExperiment {
  readonly experiment: string;
  readonly variants: readonly string[];
  readonly users: readonly number[];
  readonly firstTime: Date;
  readonly lastTime: Date;
}

/** What became of the users of a variant. */
export interface VariantSamples {
  readonly variant: string;
  readonly users: number;
  readonly samples: Readonly<Record<ExperimentMetric, RatioSample>>;
}

/** Numerator and denominator of each metric, by user. */
const ratios: Readonly<Record<ExperimentMetric, readonly [string, string]>> = {
  accuracy: ['correct', 'judged'],
  rating: ['rating', 'rated'],
  success_rate: ['succeeded', 'ended'],
  regenerations: ['regenerated', 'accepted'],
  cost_per_generation: ['cost_micros', 'succeeded'],
};

/** Reads exposures joined with outcomes. */
export class SqlExperiments {
  constructor(private readonly db: Kysely<unknown>) {}

  /** Last exposed first. */
  async exposed(limit: number): Promise<ExposedExperiment[]> {
    const { rows } = await sql<ExposedExperiment>`
      select experiment, array_agg(variant order by variant) as variants, array_agg(users order by variant) as users,
        min(first_time) as "firstTime", max(last_time) as "lastTime"
      from (
        select experiment, variant, count(*)::int as users, min(first_time) as first_time, max(first_time) as last_time
        from analytics.experiment_exposures group by 1, 2
      ) as variants
      group by 1 order by max(last_time) desc, 1 limit ${limit}`.execute(this.db);
    return rows;
  }

  /**
   * The sums of each variant over its users, in one consistent picture: what happened after a user saw the variant first, and
   * before `end`. Users who saw several variants are only counted.
   */
  async samples(experiment: string, end: Date): Promise<{ variants: VariantSamples[]; crossedUsers: number }> {
    const { rows } = await sql<Record<string, number | string | null>>`
      with exposed as (
        select user_id, min(variant) as variant, count(*) as variants, min(first_time) as first_time
        from analytics.experiment_exposures where experiment = ${experiment} and first_time <= ${end}
        group by user_id
      ), judgements as (
        select user_id, count(*) as judged, count(*) filter (where (counted ->> 'correct')::boolean) as correct,
          count(*) filter (where (counted ->> 'rating')::int > 0) as rated, sum((counted ->> 'rating')::int) as rating
        from exposed join analytics.plan_feedback using (user_id)
        where counted is not null and (counted ->> 'plannedAt')::timestamptz between first_time and ${end}
          and given_at <= ${end}
        group by user_id
      ), generations as (
        select user_id, sum(accepted) as accepted, sum(regenerated) as regenerated, sum(ended) as ended,
          sum(succeeded) as succeeded, sum(cost_micros) as cost_micros
        from exposed join analytics.generation_outcomes using (user_id)
        where outcome_time between first_time and ${end}
        group by user_id
      )
      select case when variants = 1 then variant end as variant, count(*)::int as users,
        ${sql.join(experimentMetrics.map((metric) => sumsOf(metric)))}
      from exposed left join judgements using (user_id) left join generations using (user_id)
      group by 1 order by 1`.execute(this.db);
    return {
      variants: rows.flatMap((row) =>
        row['variant'] === null
          ? []
          : [{ variant: String(row['variant']), users: Number(row['users']), samples: samplesOf(row) }],
      ),
      crossedUsers: Number(rows.find((row) => row['variant'] === null)?.['users'] ?? 0),
    };
  }
}

/** In double precision: squares of micro-dollars leave the integers behind. */
function sumsOf(metric: ExperimentMetric): RawBuilder<unknown> {
  const [y, x] = ratios[metric].map((name) => sql`${sql.ref(name)}::float8`) as [
    RawBuilder<number>,
    RawBuilder<number>,
  ];
  const over = sql`filter (where ${x} > 0)`;
  // Costs of users none of whose generations succeeded have nothing to be divided by.
  const sums = {
    users: sql`count(*) ${over}`,
    y: sql`sum(${y}) ${over}`,
    x: sql`sum(${x}) ${over}`,
    yy: sql`sum(${y} * ${y}) ${over}`,
    xx: sql`sum(${x} * ${x}) ${over}`,
    xy: sql`sum(${x} * ${y}) ${over}`,
  };
  return sql.join(
    Object.entries(sums).map(([name, sum]) => sql`coalesce(${sum}, 0)::float8 as ${sql.id(`${metric}_${name}`)}`),
  );
}

function samplesOf(row: Readonly<Record<string, number | string | null>>): VariantSamples['samples'] {
  const of = (metric: ExperimentMetric): RatioSample => {
    const sum = (name: string): number => Number(row[`${metric}_${name}`]);
    return { users: sum('users'), y: sum('y'), x: sum('x'), yy: sum('yy'), xx: sum('xx'), xy: sum('xy') };
  };
  return {
    accuracy: of('accuracy'),
    rating: of('rating'),
    success_rate: of('success_rate'),
    regenerations: of('regenerations'),
    cost_per_generation: of('cost_per_generation'),
  };
}
