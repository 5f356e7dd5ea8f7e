import { createHash } from 'node:crypto';
import type { Database } from '@atelier/persistence';
import { AnnouncedCache, type RedisLink } from '@atelier/redis';
import { type Kysely, sql } from 'kysely';
import type { CallerPreferences } from '../enhanced/caller-preferences.js';

const channel = 'gateway_preferences_changed';
const usersInMemory = 50_000;

/** What the cache is made of. */
export interface PreferenceCacheOptions {
  readonly database: Pick<Database, 'kysely' | 'listen'>;
  readonly ttlMs: number;
  /** Shared between gateways; without it each has its own. */
  readonly redis?: RedisLink | undefined;
}

/**
 * Preferences of the users who plan, so that a plan needs no call for them. Preferences are only changed through gateways:
 * the one that does it tells the others by their common database.
 */
export class PreferenceCache {
  readonly #db: Kysely<unknown>;
  readonly #cache: AnnouncedCache<CallerPreferences>;

  constructor({ database, ttlMs, redis }: PreferenceCacheOptions) {
    this.#db = database.kysely<unknown>();
    this.#cache = new AnnouncedCache<CallerPreferences>({
      name: 'preferences',
      version: '1',
      ttlMs,
      maxEntries: usersInMemory,
      link: redis,
      announcements: database,
      channel,
      databaseNowMs: async () => {
        const { rows } = await sql<{ now: string }>`
          select floor(extract(epoch from clock_timestamp()) * 1000)::text as now`.execute(this.#db);
        return Number(rows[0]?.now);
      },
    });
  }

  /** Hears of changes from now on. */
  start(): Promise<void> {
    return this.#cache.start();
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  /** What this process knows, without a promise. */
  peek(userId: string): CallerPreferences | undefined {
    return this.#cache.peek(keyOf(userId));
  }

  /** What any level knows; nothing is loaded. */
  find(userId: string): Promise<CallerPreferences | undefined> {
    return this.#cache.find(keyOf(userId));
  }

  /** Loaded once at a time. @throws what `load` throws */
  get(userId: string, load: () => Promise<CallerPreferences>): Promise<CallerPreferences> {
    return this.#cache.get(keyOf(userId), load);
  }

  /** For what is read with other things: called before, answers what keeps the result. */
  reading(userId: string): Promise<(preferences: CallerPreferences) => void> {
    return this.#cache.reading(keyOf(userId));
  }

  /** After a change was stored: this gateway sees it at once, the others as soon as they hear of it. */
  async changed(userId: string): Promise<void> {
    const key = keyOf(userId);
    await this.#cache.forget(key);
    await sql`
      select pg_notify(${channel}, ${key} || ' ' || floor(extract(epoch from clock_timestamp()) * 1000)::text)
    `.execute(this.#db);
  }

  figures() {
    return this.#cache.figures();
  }
}

/** Of fixed length, and no id of a user in a log or a notification. */
function keyOf(userId: string): string {
  return createHash('sha256').update(userId).digest('base64url');
}
