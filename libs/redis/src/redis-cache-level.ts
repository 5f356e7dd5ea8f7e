import { createHash } from 'node:crypto';
import { CacheLevel } from './cache-level.js';
import type { RedisLink } from './redis-link.js';

/** How values become text. */
export interface Codec<T> {
  encode(value: T): string;
  /** Throws for what it can't read: that entry is then loaded anew. */
  decode(text: string): T;
}

/** A value and the time until which it may be answered without asking again, in milliseconds since 1970. */
export interface CacheEntry<T> {
  readonly value: T;
  readonly freshUntilMs: number;
}

/** What the Redis level of a cache is made of. */
export interface RedisCacheLevelOptions<T> {
  readonly link: RedisLink;
  /** Prefix of the keys: cache and version. */
  readonly prefix: string;
  readonly codec: Codec<T>;
  /** Larger values, in UTF-16 units of their text, stay in the process. */
  readonly maxValueLength: number;
  readonly figures: CacheLevel;
}

/** The level that processes share. An outage is a miss; writes are not waited for. Keys are digests: they may be prompts. */
export class RedisCacheLevel<T> {
  constructor(private readonly options: RedisCacheLevelOptions<T>) {}

  /** The entry while it is fresh. */
  async get(key: string, nowMs: number, ttlMs: number): Promise<CacheEntry<T> | undefined> {
    const { link, figures } = this.options;
    const start = performance.now();
    const text = await link.run((redis) => redis.get(this.#keyOf(key))).catch(() => null);
    const entry = text === null ? undefined : this.#parse(text, nowMs, ttlMs);
    figures.count(entry !== undefined, start);
    return entry;
  }

  /** What has no text, or too long a one, is left out. */
  set(key: string, { value, freshUntilMs }: CacheEntry<T>, nowMs: number): void {
    const { link, maxValueLength } = this.options;
    const ttlMs = Math.ceil(freshUntilMs - nowMs);
    if (link.state === 'away' || ttlMs < 1) return;
    const encoded = this.#encode(value);
    if (encoded === undefined || encoded.length > maxValueLength) return;
    link.run((redis) => redis.set(this.#keyOf(key), `${freshUntilMs} ${encoded}`, 'PX', ttlMs)).catch(() => undefined);
  }

  /** @throws when Redis can't be asked: the entry is then still there */
  async delete(key: string): Promise<void> {
    await this.options.link.run((redis) => redis.del(this.#keyOf(key)));
  }

  #keyOf(key: string): string {
    return `${this.options.prefix}:${createHash('sha256').update(key).digest('base64url')}`;
  }

  #encode(value: T): string | undefined {
    try {
      return this.options.codec.encode(value);
    } catch {
      return undefined;
    }
  }

  #parse(text: string, nowMs: number, ttlMs: number): CacheEntry<T> | undefined {
    const space = text.indexOf(' ');
    // Another machine's clock never makes an entry live longer than here.
    const freshUntilMs = Math.min(Number(text.slice(0, space)), nowMs + ttlMs);
    if (space < 1 || !(freshUntilMs > nowMs)) return undefined;
    try {
      return { value: this.options.codec.decode(text.slice(space + 1)), freshUntilMs };
    } catch {
      return undefined;
    }
  }
}
