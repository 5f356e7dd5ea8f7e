import { type Catalogue, isMediaModel, timeScale } from '@atelier/model-catalog';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Generation } from '../domain/generation.js';
import type { Change } from '../domain/change.js';
import type { ModelSampleTable } from './provider-tables.js';
import type { GenerationSchema } from './schema.js';

/** What recent deliveries of a model took and cost; times for its usual parameters, costs as parts of their estimates. */
export interface ModelFigures {
  readonly provider: string;
  readonly modelId: string;
  readonly samples: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** 5th, 50th and 95th percentile in thousandths of the estimate. */
  readonly costPermille: readonly [number, number, number];
}

/** Fewer deliveries than this say too little. */
export const leastSamples = 20;
const mostSamples = 200;
const oldestDays = 7;

/** Deliveries as samples of what a model takes and costs: the last 200 of each model within seven days. */
export class SqlModelSamples {
  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly catalogue: Catalogue,
  ) {}

  /** The samples that a change brings; they are stored with it. */
  rowsOf(before: Generation, { generation, ledger }: Change): Insertable<ModelSampleTable>[] {
    const [attempt, former] = [generation.attempts.at(-1), before.attempts.at(-1)];
    if (attempt?.state !== 'succeeded' || former?.state === 'succeeded' || attempt.endTimeMs === undefined) return [];
    const settled = ledger.find((operation) => operation.kind === 'settle');
    const model = this.catalogue.find(attempt.modelId)?.model;
    if (!settled || !model || !isMediaModel(model) || generation.modelId !== attempt.modelId) return [];
    const durationMs = attempt.endTimeMs - attempt.startTimeMs;
    return [
      {
        attempt_id: attempt.attemptId,
        provider: attempt.provider,
        model_id: attempt.modelId,
        usual_ms: Math.round(durationMs / timeScale(model, generation.parameters)),
        cost_permille: Math.round((settled.amountMicros * 1_000) / generation.estimatedCostMicros),
        end_time: new Date(attempt.endTimeMs),
      },
    ];
  }

  /** Models with enough samples. The same rows give the same figures, in every replica. */
  async figures(): Promise<ModelFigures[]> {
    const { rows } = await sql<{
      provider: string;
      model_id: string;
      samples: number;
      p50: number;
      p95: number;
      low: number;
      mid: number;
      high: number;
    }>`
      select provider, model_id, count(*)::int as samples,
        percentile_disc(0.5) within group (order by usual_ms) as p50,
        percentile_disc(0.95) within group (order by usual_ms) as p95,
        percentile_disc(0.05) within group (order by cost_permille) as low,
        percentile_disc(0.5) within group (order by cost_permille) as mid,
        percentile_disc(0.95) within group (order by cost_permille) as high
      from (
        select *, row_number() over (partition by provider, model_id order by end_time desc, attempt_id desc) as place
        from generation.model_samples
      ) as ranked
      where place <= ${mostSamples}
      group by provider, model_id
      having count(*) >= ${leastSamples}
      order by provider, model_id`.execute(this.db);
    return rows.map(({ provider, model_id, samples, p50, p95, low, mid, high }) => ({
      provider,
      modelId: model_id,
      samples,
      p50Ms: p50,
      p95Ms: p95,
      costPermille: [low, mid, high],
    }));
  }

  /** Deletes what is too old or too much to count. */
  async prune(): Promise<void> {
    await sql`
      delete from generation.model_samples where attempt_id in (
        select attempt_id from (
          select attempt_id, end_time,
            row_number() over (partition by provider, model_id order by end_time desc, attempt_id desc) as place
          from generation.model_samples
        ) as ranked
        where place > ${mostSamples} or end_time < now() - make_interval(days => ${oldestDays})
      )`.execute(this.db);
  }
}
