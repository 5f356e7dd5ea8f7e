import { LRUCache } from 'lru-cache';
import { CacheLevel, type CacheLevelFigures } from './cache-level.js';
import { type CacheEntry, type Codec, RedisCacheLevel } from './redis-cache-level.js';
import type { RedisLink } from './redis-link.js';

/** What a cache holds, and for how long. */
export interface TwoLevelCacheOptions<T> {
  /** Name in metrics and keys; from a bounded set. */
  readonly name: string;
  /** Changes with the form or the meaning of the values: older entries are then never read. */
  readonly version: string;
  readonly ttlMs: number;
  /** Entries that the process holds; the least recently used go first. */
  readonly maxEntries: number;
  /** Bounds the process's entries by their size too, in the unit of `sizeOf`. */
  readonly maxSize?: number;
  readonly sizeOf?: (value: T) => number;
  /** How long after its time a value is still answered while a new one is loaded; default 0. */
  readonly staleMs?: number;
  /** The level that processes share; without it the cache is the process's own. */
  readonly link?: RedisLink | undefined;
  /** Default JSON. */
  readonly codec?: Codec<T>;
  /** Longer values, as text, are not put into Redis; default 256 Ki. */
  readonly maxValueLength?: number;
  readonly nowMs?: () => number;
}

/** A value and where it came from. Values are shared: don't change them. */
export interface Cached<T> {
  readonly value: T;
  readonly from: 'memory' | 'redis' | 'load';
}

/**
 * An in-process level over one in Redis. A key is loaded once at a time in a process, a failed load is not kept, and
 * without Redis everything goes on, only slower.
 */
export class TwoLevelCache<T extends NonNullable<unknown> | null> {
  readonly #entries: LRUCache<string, CacheEntry<T>>;
  readonly #flights = new Map<string, Promise<Cached<T>>>();
  readonly #memory: CacheLevel;
  readonly #shared: CacheLevel;
  readonly #redis: RedisCacheLevel<T> | undefined;
  readonly #nowMs: () => number;
  /** Grows with every set and delete: what was read before one of them may be old. */
  #changes = 0;

  constructor(private readonly options: TwoLevelCacheOptions<T>) {
    const { name, version, maxEntries, maxSize, sizeOf, link, codec, maxValueLength = 256 * 1024 } = options;
    this.#entries = new LRUCache<string, CacheEntry<T>>({
      max: maxEntries,
      ...(maxSize && sizeOf ? { maxSize, sizeCalculation: ({ value }) => Math.max(1, Math.ceil(sizeOf(value))) } : {}),
    });
    this.#memory = new CacheLevel(name, 'memory');
    this.#shared = new CacheLevel(name, 'redis');
    this.#nowMs = options.nowMs ?? Date.now;
    const prefix = `atelier:cache:${name}:${version}`;
    this.#redis =
      link && new RedisCacheLevel({ link, prefix, codec: codec ?? json<T>(), maxValueLength, figures: this.#shared });
  }

  /** What this process holds and is fresh, without a promise; a miss is not counted, since `get` follows it. */
  peek(key: string): T | undefined {
    const start = performance.now();
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#nowMs() >= entry.freshUntilMs) return undefined;
    this.#memory.count(true, start);
    return entry.value;
  }

  /** The value, loaded where no level has it. @throws what `load` throws */
  async get(key: string, load: () => Promise<T>): Promise<Cached<T>> {
    const start = performance.now();
    const entry = this.#entries.get(key);
    const nowMs = this.#nowMs();
    const usable = entry !== undefined && nowMs < entry.freshUntilMs + (this.options.staleMs ?? 0);
    this.#memory.count(usable, start);
    if (!usable) return this.#fetch(key, load);
    // A failed refresh leaves the stale value until its time is over.
    if (nowMs >= entry.freshUntilMs) this.#fetch(key, load).catch(() => undefined);
    return { value: entry.value, from: 'memory' };
  }

  /** What a level holds and is fresh; nothing is loaded. */
  async find(key: string): Promise<T | undefined> {
    const start = performance.now();
    const entry = this.#entries.get(key);
    const nowMs = this.#nowMs();
    const isFresh = entry !== undefined && nowMs < entry.freshUntilMs;
    this.#memory.count(isFresh, start);
    if (isFresh) return entry.value;
    const changes = this.#changes;
    const shared = await this.#redis?.get(key, nowMs, this.options.ttlMs);
    if (shared && changes === this.#changes) this.#entries.set(key, shared);
    return shared?.value;
  }

  /** Puts a value into both levels. */
  set(key: string, value: T): void {
    this.#changes += 1;
    this.#flights.delete(key);
    this.#store(key, value);
  }

  /** Forgets a value here and in Redis; other processes may hold it until its time is over. Never rejects. */
  async delete(key: string): Promise<void> {
    this.#changes += 1;
    this.#flights.delete(key);
    this.#entries.delete(key);
    await this.#redis?.delete(key).catch(() => undefined);
  }

  /** Per level; `redis` is absent without one. */
  figures(): { readonly memory: CacheLevelFigures; readonly redis?: CacheLevelFigures } {
    return { memory: this.#memory.figures(), ...(this.#redis ? { redis: this.#shared.figures() } : {}) };
  }

  /** One at a time for a key; who comes later takes part. */
  #fetch(key: string, load: () => Promise<T>): Promise<Cached<T>> {
    const running = this.#flights.get(key);
    if (running) return running;
    const isCurrent = (): boolean => this.#flights.get(key) === flight;
    const flight: Promise<Cached<T>> = this.#load(key, load, isCurrent).finally(() => {
      if (isCurrent()) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** What was set or deleted meanwhile is newer than what is found here. */
  async #load(key: string, load: () => Promise<T>, isCurrent: () => boolean): Promise<Cached<T>> {
    const shared = await this.#redis?.get(key, this.#nowMs(), this.options.ttlMs);
    if (shared) {
      if (isCurrent()) this.#entries.set(key, shared);
      return { value: shared.value, from: 'redis' };
    }
    const value = await load();
    if (isCurrent()) this.#store(key, value);
    return { value, from: 'load' };
  }

  #store(key: string, value: T): void {
    const nowMs = this.#nowMs();
    const entry = { value, freshUntilMs: nowMs + this.options.ttlMs };
    this.#entries.set(key, entry);
    this.#redis?.set(key, entry, nowMs);
  }
}

function json<T>(): Codec<T> {
  return { encode: (value) => JSON.stringify(value), decode: (text) => JSON.parse(text) as T };
}
