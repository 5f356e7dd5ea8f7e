import { join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import type { Db } from 'pg-boss';
import { lockDataDirectory, type DataDirectoryLock } from './data-directory-lock.js';
import {
  closeGraceMs,
  defaultTransactionTimeoutMs,
  type Database,
  type DatabaseLimits,
  type Subscription,
} from './database.js';
import { EmbeddedDialect } from './embedded-dialect.js';
import { EmbeddedNotifications } from './embedded-notifications.js';
import { EmbeddedSessions } from './embedded-session.js';
import { Housekeeping } from './housekeeping.js';
import { ThreadedEngine } from './pglite-engine.js';
import type { EngineStats } from './pglite-worker.js';
import { tracedQueries } from './traced-queries.js';
import { waitAtMost } from './wait-at-most.js';

/** Settings of the embedded database. */
export interface PgliteOptions extends DatabaseLimits {
  /** PostgreSQL's `shared_buffers`; the page cache of the system stands behind it. Default 16MB. */
  readonly sharedBuffers?: string;
  /** How often tables are vacuumed and the log is checkpointed when needed, default every 60,000 ms. */
  readonly housekeepingIntervalMs?: number;
  /** Hears of failures in the background, and of a crash, after which every query rejects and only a restart helps. */
  readonly onError?: (error: Error) => void;
}

/** The embedded database, and what only it can tell. */
export interface EmbeddedDatabase extends Database {
  readonly kind: 'pglite';
  /** Counters since it was opened: a commit on disk shows as an fsync. */
  stats(): Promise<EngineStats>;
  /** Vacuums and checkpoints now, as far as needed. */
  tidy(): Promise<void>;
}

/**
 * Opens PostgreSQL inside this process, in a thread of its own. In a directory every commit is fsynced and the directory
 * is locked (throws `DataDirectoryInUseError`); `'memory'` keeps nothing.
 */
export async function openPglite(location: string, options: PgliteOptions = {}): Promise<EmbeddedDatabase> {
  if (location === 'memory') return PgliteDatabase.open(undefined, options);
  const lock = lockDataDirectory(location);
  try {
    return await PgliteDatabase.open(join(resolve(location), 'cluster'), options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

class PgliteDatabase implements EmbeddedDatabase {
  readonly kind = 'pglite';
  readonly bossBackend = 'pglite';
  readonly #sessions: EmbeddedSessions;
  readonly #notifications: EmbeddedNotifications;
  readonly #housekeeping: Housekeeping;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly engine: ThreadedEngine,
    private readonly lock: DataDirectoryLock | undefined,
    {
      transactionTimeoutMs = defaultTransactionTimeoutMs,
      housekeepingIntervalMs = 60_000,
      onError = () => {},
    }: PgliteOptions,
  ) {
    this.#sessions = new EmbeddedSessions(engine, transactionTimeoutMs);
    this.#notifications = new EmbeddedNotifications(this.#sessions);
    this.#housekeeping = new Housekeeping(this.#sessions, onError);
    engine.onNotification = (channel, payload) => this.#notifications.deliver(channel, payload);
    engine.onCrash = (reason) => {
      this.#housekeeping.stop();
      onError(reason);
    };
    this.#housekeeping.start(housekeepingIntervalMs);
  }

  static async open(
    directory: string | undefined,
    options: PgliteOptions,
    lock?: DataDirectoryLock,
  ): Promise<PgliteDatabase> {
    const { sharedBuffers = '16MB' } = options;
    return new PgliteDatabase(await ThreadedEngine.start({ directory, sharedBuffers }), lock, options);
  }

  kysely<Schema>({ unlimited = false } = {}): Kysely<Schema> {
    return new Kysely<Schema>({
      dialect: new EmbeddedDialect(this.#sessions, unlimited ? Infinity : undefined),
      ...tracedQueries(),
    });
  }

  bossDatabase(): Db {
    return {
      // pg-boss sends scripts of several statements, and wants the rows of all of them.
      executeSql: async (sql, values) => ({
        rows: (await this.#sessions.run(sql, values)).flatMap(({ rows }) => rows),
      }),
      listen: (channel, onPayload, onReconnect) => this.listen(channel, onPayload, onReconnect),
    };
  }

  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Subscription> {
    return this.#notifications.listen(channel, onPayload, onReconnect);
  }

  async ping(): Promise<void> {
    await this.#sessions.run('select 1');
  }

  stats(): Promise<EngineStats> {
    return this.engine.stats();
  }

  tidy(): Promise<void> {
    return this.#housekeeping.run();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#housekeeping.stop();
    await waitAtMost(
      closeGraceMs,
      this.#sessions.close().then(() => this.engine.close()),
    );
    await this.engine.terminate();
    this.lock?.release();
  }
}
