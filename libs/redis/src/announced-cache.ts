import { LRUCache } from 'lru-cache';
import type { CacheLevelFigures } from './cache-level.js';
import type { Codec } from './redis-cache-level.js';
import { TwoLevelCache, type TwoLevelCacheOptions } from './two-level-cache.js';

/** Where changes are announced: LISTEN of a database. `onReconnect` runs after every subscription, the first included. */
export interface ChangeAnnouncements {
  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onReconnect?: () => void,
  ): Promise<{ close(): Promise<void> }>;
}

/** What a cache of announced changes is made of. */
export interface AnnouncedCacheOptions<T> extends Omit<
  TwoLevelCacheOptions<T>,
  'sizeOf' | 'codec' | 'staleMs' | 'nowMs'
> {
  readonly announcements: ChangeAnnouncements;
  /** Payloads are `<key> <time>`: the database's clock inside of the changing transaction, in milliseconds since 1970. */
  readonly channel: string;
  /** That clock, now. Asked before a load, and only where there is a Redis. */
  readonly databaseNowMs: () => Promise<number>;
  readonly sizeOf?: (value: T) => number;
  readonly codec?: Codec<T>;
}

/** A value that was read after `asOfMs` of the database's clock. */
interface Dated<T> {
  readonly key: string;
  readonly asOfMs: number;
  readonly value: T;
}

/** Longer than a changing transaction lives: what was read before its end may lack the change, what was read later has it. */
const longestTransactionMs = 40_000;
const changesRemembered = 20_000;

/**
 * A cache of what may change in any process. A change leaves this process's memory as soon as it is announced. What Redis
 * holds is believed only if it was read after the last change that can have been missed: so a process that begins, a lost
 * announcement, or a Redis that was away during a change cost a load and never answer what was before.
 */
export class AnnouncedCache<T extends NonNullable<unknown> | null> {
  #cache: TwoLevelCache<Dated<T>>;
  /** By key: only what was read after it is believed. */
  readonly #believedFrom = new LRUCache<string, number>({
    max: changesRemembered,
    dispose: (time, _key, reason) => {
      if (reason === 'evict') this.#allBelievedFrom = Math.max(this.#allBelievedFrom, time);
    },
  });
  /** Infinite until the database's time after the subscription is known. */
  #allBelievedFrom = Number.POSITIVE_INFINITY;
  #subscription: { close(): Promise<void> } | undefined;
  #subscriptions = 0;
  /** Grows with every change: what was read before one must not be kept after it. */
  #changes = 0;

  constructor(private readonly options: AnnouncedCacheOptions<T>) {
    this.#cache = this.#empty();
  }

  /** Hears of changes from now on. While the connection is away they can't be heard, so a new one begins empty. */
  async start(): Promise<void> {
    const { announcements, channel } = this.options;
    this.#subscription = await announcements.listen(
      channel,
      (payload) => this.#hear(payload),
      () => this.#beginAnew(),
    );
  }

  async close(): Promise<void> {
    await this.#subscription?.close();
  }

  /** What this process holds, without a promise. */
  peek(key: string): T | undefined {
    return this.#cache.peek(key)?.value;
  }

  /** What a level holds; nothing is loaded. */
  async find(key: string): Promise<T | undefined> {
    return (await this.#cache.find(key))?.value;
  }

  /** The value, loaded once at a time. @throws what `load` throws */
  async get(key: string, load: () => Promise<T>): Promise<T> {
    const { value } = await this.#cache.get(key, async () => {
      const asOfMs = await this.#databaseNow();
      return { key, asOfMs, value: await load() };
    });
    return value.value;
  }

  /** For what is read together with other things: called before the read, answers what keeps its result. */
  async reading(key: string): Promise<(value: T) => void> {
    const changes = this.#changes;
    const asOfMs = await this.#databaseNow();
    return (value) => {
      if (changes === this.#changes) this.#cache.set(key, { key, asOfMs, value });
    };
  }

  /** After a change of this process was committed: its next read sees it, whenever the announcement arrives. */
  async forget(key: string): Promise<void> {
    const removed = this.#remove(key, Number.POSITIVE_INFINITY);
    const nowMs = this.options.link ? await this.#databaseNow() : 0;
    // The announcement may have been heard before: it does not come again.
    if (nowMs > 0 && this.#believedFrom.get(key) === Number.POSITIVE_INFINITY) this.#believedFrom.set(key, nowMs);
    await removed;
  }

  figures(): { readonly memory: CacheLevelFigures; readonly redis?: CacheLevelFigures } {
    return this.#cache.figures();
  }

  #hear(payload: string): void {
    const [key = '', time] = payload.split(' ');
    void this.#remove(key, Number(time) + longestTransactionMs);
  }

  #remove(key: string, believedFrom: number): Promise<void> {
    this.#changes += 1;
    this.#believedFrom.set(key, Number.isNaN(believedFrom) ? Number.POSITIVE_INFINITY : believedFrom);
    return this.#cache.delete(key);
  }

  #beginAnew(): void {
    this.#changes += 1;
    this.#subscriptions += 1;
    this.#allBelievedFrom = Number.POSITIVE_INFINITY;
    this.#believedFrom.clear();
    // What is being loaded goes into the cache that nobody reads any more.
    this.#cache = this.#empty();
  }

  /** 0 when it is not known: what is read then is for this process alone. */
  async #databaseNow(): Promise<number> {
    if (!this.options.link) return 0;
    const subscriptions = this.#subscriptions;
    const nowMs = await this.options.databaseNowMs().catch(() => 0);
    if (nowMs > 0 && subscriptions === this.#subscriptions && this.#allBelievedFrom === Number.POSITIVE_INFINITY) {
      this.#allBelievedFrom = nowMs;
    }
    return nowMs;
  }

  #empty(): TwoLevelCache<Dated<T>> {
    const { announcements: _announcements, channel: _channel, databaseNowMs: _now, ...more } = this.options;
    const { sizeOf, codec = json<T>(), ...options } = more;
    return new TwoLevelCache<Dated<T>>({
      ...options,
      ...(sizeOf ? { sizeOf: ({ value }) => sizeOf(value) } : {}),
      codec: {
        encode: ({ key, asOfMs, value }) => JSON.stringify([key, asOfMs, codec.encode(value)]),
        decode: (text) => {
          const [key, asOfMs, value] = JSON.parse(text) as [string, number, string];
          const believedFrom = Math.max(this.#allBelievedFrom, this.#believedFrom.get(key) ?? 0);
          if (!(asOfMs > believedFrom)) throw new RangeError('read before a change that may be missing in it');
          return { key, asOfMs, value: codec.decode(value) };
        },
      },
    });
  }
}

function json<T>(): Codec<T> {
  return { encode: (value) => JSON.stringify(value), decode: (text) => JSON.parse(text) as T };
}
