import type { OnModuleDestroy } from '@nestjs/common';
import { WebSearch, type WebSearchAnswer, type WebSearchOptions } from '../../domain/web-search.js';
import type { WebSearchCache } from './web-search-cache.js';

/** How a search was answered; `shared`: together with one that was already under way. */
export type CacheLookup = 'hit' | 'miss' | 'shared' | 'bypassed';

/** Times in milliseconds. */
export interface CachedWebSearchOptions {
  readonly ttlMs: number;
  /** How long a failing search is not tried again. */
  readonly failureTtlMs?: number;
  /** Names whoever answers: another model's results are not mixed up with this one's. */
  readonly version: string;
  readonly onLookup?: (lookup: CacheLookup) => void;
  /** Releases what is behind the cache. */
  readonly onClose?: () => Promise<void>;
}

const failed: WebSearchAnswer = { results: [], outcome: 'failed', cacheHit: false };

/**
 * Buys each search once: answers are kept, and callers with the same query share one search. That search ends in its own
 * time, so a caller who leaves early loses only his own answer; the next one finds it in the cache.
 */
export class CachedWebSearch extends WebSearch implements OnModuleDestroy {
  readonly #flights = new Map<string, Promise<WebSearchAnswer>>();
  readonly #options: Required<CachedWebSearchOptions>;

  constructor(
    private readonly inner: WebSearch,
    private readonly cache: WebSearchCache,
    options: CachedWebSearchOptions,
  ) {
    super();
    this.#options = { failureTtlMs: 30_000, onLookup: () => undefined, onClose: async () => undefined, ...options };
  }

  override async search(query: string, options: WebSearchOptions = {}): Promise<WebSearchAnswer> {
    const { onLookup, version } = this.#options;
    if (options.bypassCache) {
      onLookup('bypassed');
      return this.inner.search(query, options);
    }
    const key = `${version} ${normalizeQuery(query)}`;
    const kept = await this.cache.get(key).catch(() => undefined);
    if (kept) {
      onLookup('hit');
      return { ...kept, cacheHit: true };
    }
    for (let flight = this.#flights.get(key); flight; flight = this.#flights.get(key)) {
      const answer = await inTime(flight, options.signal);
      // Whoever started it had no budget left; this caller may have.
      if (answer.outcome === 'over_budget') continue;
      onLookup('shared');
      return answer;
    }
    onLookup('miss');
    const flight = this.#buy(key, query).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return inTime(flight, options.signal);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#options.onClose();
  }

  async #buy(key: string, query: string): Promise<WebSearchAnswer> {
    const { ttlMs, failureTtlMs } = this.#options;
    const answer = await this.inner.search(query);
    const { results, outcome } = answer;
    const keepMs = outcome === 'searched' ? ttlMs : outcome === 'failed' ? failureTtlMs : 0;
    if (keepMs > 0) await this.cache.set(key, { results, outcome }, keepMs).catch(() => undefined);
    return answer;
  }
}

/** Spellings that look for the same thing. */
function normalizeQuery(query: string): string {
  return query.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The answer, or a failed one when the caller leaves first. */
async function inTime(answer: Promise<WebSearchAnswer>, signal: AbortSignal | undefined): Promise<WebSearchAnswer> {
  if (!signal) return answer;
  if (signal.aborted) return failed;
  return new Promise((resolve, reject) => {
    const left = (): void => resolve(failed);
    signal.addEventListener('abort', left, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', left));
  });
}
