import type { TwoLevelCache } from '@atelier/redis';
import { LRUCache } from 'lru-cache';
import type { WebSearchAnswer } from '../../domain/web-search.js';

/** What is kept of a search. */
export type KeptSearch = Pick<WebSearchAnswer, 'results' | 'outcome'>;

/** Keeps searches for a while. Implementations may forget early, and may fail: a search is then bought again. */
export interface WebSearchCache {
  get(key: string): Promise<KeptSearch | undefined>;
  set(key: string, search: KeptSearch, ttlMs: number): Promise<void>;
}

/** In this process; bounded in number and size, the least used leave first. */
export class MemoryWebSearchCache implements WebSearchCache {
  readonly #searches: LRUCache<string, KeptSearch>;

  constructor({ maxEntries = 5_000, maxCharacters = 8_000_000, now }: MemoryCacheOptions = {}) {
    this.#searches = new LRUCache({
      max: maxEntries,
      maxSize: maxCharacters,
      sizeCalculation: (search, key) => key.length + JSON.stringify(search).length,
      ...(now ? { perf: { now }, ttlResolution: 0 } : {}),
    });
  }

  async get(key: string): Promise<KeptSearch | undefined> {
    return this.#searches.get(key);
  }

  async set(key: string, search: KeptSearch, ttlMs: number): Promise<void> {
    this.#searches.set(key, search, { ttl: ttlMs });
  }
}

/** Bounds of the cache in the process. */
export interface MemoryCacheOptions {
  readonly maxEntries?: number;
  readonly maxCharacters?: number;
  /** Milliseconds on any steady clock. */
  readonly now?: () => number;
}

/** What was found is shared with other processes; that a search failed concerns this one alone. */
export class SharedWebSearchCache implements WebSearchCache {
  constructor(
    private readonly found: TwoLevelCache<KeptSearch>,
    private readonly own: WebSearchCache = new MemoryWebSearchCache(),
  ) {}

  async get(key: string): Promise<KeptSearch | undefined> {
    return (await this.own.get(key)) ?? (await this.found.find(key));
  }

  async set(key: string, search: KeptSearch, ttlMs: number): Promise<void> {
    if (search.outcome === 'searched') this.found.set(key, search);
    else await this.own.set(key, search, ttlMs);
  }
}
