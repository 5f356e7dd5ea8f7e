import { type RedisLink, TwoLevelCache } from '@atelier/redis';
import type { CostStats } from './dashboard.schema.js';
import type { TimeSeries } from './time-series.schema.js';

type Stats = CostStats | TimeSeries;

/** Every way to ask is a query of few words, so this holds them all. */
const mostAnswers = 500;

/**
 * Answers of statistics over long times, which change little in minutes and are read by every open page. After the time is
 * over the old answer serves once more while the new one is worked out.
 */
export class StatsCache {
  readonly #answers: TwoLevelCache<Stats> | undefined;
  readonly #asked = new Set<string>();

  /** `ttlMs` 0 keeps nothing. */
  constructor({ ttlMs, redis }: { readonly ttlMs: number; readonly redis?: RedisLink | undefined }) {
    this.#answers =
      ttlMs === 0
        ? undefined
        : new TwoLevelCache({
            name: 'statistics',
            version: '1',
            ttlMs,
            staleMs: ttlMs,
            maxEntries: mostAnswers,
            link: redis,
          });
  }

  /** `question` names the answer's kind, too. */
  async get<Answer extends Stats>(question: string, load: () => Promise<Answer>): Promise<Answer> {
    if (!this.#answers) return load();
    if (this.#asked.size < mostAnswers) this.#asked.add(question);
    return (await this.#answers.get(question, load)).value as Answer;
  }

  /** After a reset: here and in Redis at once, in other gateways when their time is over. */
  async forget(): Promise<void> {
    await Promise.all([...this.#asked].map((question) => this.#answers?.delete(question)));
  }

  figures(): ReturnType<TwoLevelCache<Stats>['figures']> {
    return this.#answers?.figures() ?? { memory: { hits: 0, misses: 0, avgLatencyMs: 0 } };
  }
}
