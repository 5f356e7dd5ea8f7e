import type { Kysely } from 'kysely';
import { type RawBuilder, sql } from 'kysely';
import type { JobKind } from '../domain/rollups/job-rollup.js';
import type { EndpointSums, FeedbackSums, IntentSums, JobSums } from '../domain/statistics.js';
import type { StatsStore } from '../domain/stats-store.js';
import { windowSince } from '../domain/window.js';
import { currentEpoch } from './sql-epochs.js';

interface Rollup {
  readonly grain: string;
  readonly period_start: Date;
  readonly latency: number[];
  readonly last_at: Date;
}

/** The tables that are read. */
export interface AnalyticsTables {
  readonly job_analytics: Rollup & {
    readonly kind: JobKind;
    readonly job_type: string;
    readonly accepted: number;
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly images: number;
    readonly videos: number;
    readonly timed: number;
    readonly duration_ms: number;
  };
  readonly intent_analytics: Rollup & {
    readonly workflow: string;
    readonly source: string;
    readonly requests: number;
    readonly cache_hits: number;
    readonly fallbacks: number;
    readonly corrections: number;
    readonly errors: number;
    readonly confidence_ppm: number;
    readonly classification_us: number;
    readonly ai: number;
    readonly ai_cost_micros: number;
    readonly classic: number;
    readonly classic_cost_micros: number;
  };
  readonly feedback_analytics: Rollup & {
    readonly workflow: string;
    readonly source: string;
    readonly expected_workflow: string;
    readonly judged: number;
    readonly correct: number;
    readonly rated: number;
    readonly rating: number;
  };
  readonly endpoint_analytics: Rollup & {
    readonly route: string;
    readonly method: string;
    readonly calls: number;
    readonly errors: number;
    readonly duration_us: number;
  };
  readonly cost_analytics: Rollup & { readonly amount_micros: number };
}

/** A sum of int8 is numeric in SQL; every sum of ours fits the integers of JavaScript. */
const total = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)::int8`;

/** Rows of the current epoch. */
export const sinceReset = sql<boolean>`grain = 'epoch' and period_start = (select max(started_at) from analytics.epochs)`;

/** Rows of a window. */
export async function inWindow(db: Kysely<unknown>, since: Date, now: Date): Promise<RawBuilder<boolean>> {
  const { minutesFrom, hoursFrom } = windowSince(since, now, await currentEpoch(db));
  return sql<boolean>`(grain = 'hour' and period_start >= ${hoursFrom}
    or grain = 'minute' and period_start >= ${minutesFrom} and period_start < ${hoursFrom})`;
}

/** Reads the rollups from SQL. */
export class SqlStatsStore implements StatsStore {
  private readonly db: Kysely<AnalyticsTables>;

  constructor(
    db: Kysely<AnalyticsTables>,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.db = db.withSchema('analytics');
  }

  async jobs(): Promise<JobSums[]> {
    return this.db
      .selectFrom('job_analytics')
      .where(sinceReset)
      .select([
        'kind',
        'job_type as jobType',
        'accepted',
        'completed',
        'failed',
        'cancelled',
        'images',
        'videos',
        'timed',
      ])
      .select('duration_ms as durationMs')
      .execute();
  }

  async intents(since?: Date): Promise<IntentSums[]> {
    return this.db
      .selectFrom('intent_analytics')
      .where(await this.rowsSince(since))
      .groupBy(['workflow', 'source'])
      .orderBy('workflow')
      .orderBy('source')
      .select([
        'workflow',
        'source',
        total('requests').as('requests'),
        total('cache_hits').as('cacheHits'),
        total('fallbacks').as('fallbacks'),
        total('corrections').as('corrections'),
        total('errors').as('errors'),
        total('confidence_ppm').as('confidencePpm'),
        total('classification_us').as('classificationUs'),
        total('ai').as('ai'),
        total('ai_cost_micros').as('aiCostMicros'),
        total('classic').as('classic'),
        total('classic_cost_micros').as('classicCostMicros'),
      ])
      .execute();
  }

  async feedback(since?: Date): Promise<FeedbackSums[]> {
    return (
      this.db
        .selectFrom('feedback_analytics')
        .where(await this.rowsSince(since))
        .groupBy(['workflow', 'source', 'expected_workflow'])
        // Judgements that were replaced leave rows of zeros.
        .having(sql<boolean>`sum(judged) > 0`)
        .orderBy('workflow')
        .orderBy('source')
        .orderBy('expected_workflow')
        .select([
          'workflow',
          'source',
          'expected_workflow as expectedWorkflow',
          total('judged').as('judged'),
          total('correct').as('correct'),
          total('rated').as('rated'),
          total('rating').as('rating'),
        ])
        .execute()
    );
  }

  async endpoints(limit: number): Promise<{ totalCalls: number; endpoints: EndpointSums[] }> {
    const rows = await this.db
      .selectFrom('endpoint_analytics')
      .where(sinceReset)
      .select(['route', 'method', 'calls', 'errors', 'duration_us as durationUs', 'latency', 'last_at as lastAt'])
      .select(sql<number>`(sum(calls) over ())::int8`.as('totalCalls'))
      .orderBy('calls', 'desc')
      .orderBy('route')
      .orderBy('method')
      .limit(limit)
      .execute();
    return { totalCalls: rows[0]?.totalCalls ?? 0, endpoints: rows };
  }

  async totalCostMicros(): Promise<number> {
    const { spent } = await this.db
      .selectFrom('cost_analytics')
      .where(sinceReset)
      .select(total('amount_micros').as('spent'))
      .executeTakeFirstOrThrow();
    return spent;
  }

  private async rowsSince(since: Date | undefined): Promise<RawBuilder<boolean>> {
    return since ? inWindow(this.db as unknown as Kysely<unknown>, since, this.now()) : sinceReset;
  }
}
