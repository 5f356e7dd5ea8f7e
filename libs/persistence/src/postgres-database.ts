import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Db } from 'pg-boss';
import {
  closeGraceMs,
  defaultTransactionTimeoutMs,
  type Database,
  type DatabaseLimits,
  type Subscription,
} from './database.js';
import { PostgresNotifications } from './postgres-notifications.js';
import { SharedPool } from './shared-pool.js';
import { tracedQueries } from './traced-queries.js';
import { waitAtMost } from './wait-at-most.js';
import { columnTypes } from './wire-values.js';

/** Settings of the connections to PostgreSQL. */
export interface PostgresOptions extends DatabaseLimits {
  /** Size of the pool, default 10. One more connection hears notifications. */
  readonly maxConnections?: number;
  /** Shown in `pg_stat_activity`, default `atelier`. */
  readonly applicationName?: string;
  /** How long one statement may run, default 30,000 ms; then it rejects with SQLSTATE 57014. */
  readonly statementTimeoutMs?: number;
  /** Hears of connections that broke while nobody used them. */
  readonly onError?: (error: Error) => void;
}

/** Connects to PostgreSQL (15 or newer) by its URL. Rejects when it does not answer within 10 s; the message holds no secret. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const database = new PostgresDatabase(url, options);
  try {
    await database.ping();
    return database;
  } catch (error) {
    await database.close();
    throw new Error(`PostgreSQL does not answer: ${describe(error)}`, { cause: error });
  }
}

class PostgresDatabase implements Database {
  readonly kind = 'postgres';
  readonly bossBackend = 'postgres';
  readonly #config: pg.PoolConfig;
  readonly #onError: (error: Error) => void;
  readonly #pool: pg.Pool;
  readonly #connected = new Set<pg.PoolClient>();
  readonly #notifications: PostgresNotifications;
  #closing: Promise<void> | undefined;

  constructor(url: string, options: PostgresOptions) {
    const {
      maxConnections = 10,
      applicationName = 'atelier',
      statementTimeoutMs = 30_000,
      onError = () => {},
    } = options;
    this.#onError = onError;
    this.#config = {
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      options: '-c timezone=UTC',
      types: columnTypes,
    };
    this.#pool = this.#makePool({
      max: maxConnections,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: options.transactionTimeoutMs ?? defaultTransactionTimeoutMs,
    });
    this.#pool.on('connect', (client) => this.#connected.add(client));
    this.#pool.on('remove', (client) => this.#connected.delete(client));
    this.#notifications = new PostgresNotifications(this.#config, onError);
  }

  kysely<Schema>({ unlimited = false } = {}): Kysely<Schema> {
    const pool = unlimited ? this.#makePool({ max: 1 }) : new SharedPool(this.#pool);
    return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), ...tracedQueries() });
  }

  bossDatabase(): Db {
    return {
      executeSql: (sql, values) => this.#pool.query(sql, values),
      listen: (channel, onPayload, onReconnect) => this.listen(channel, onPayload, onReconnect),
    };
  }

  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Subscription> {
    return this.#notifications.listen(channel, onPayload, onReconnect);
  }

  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#notifications.close();
    await waitAtMost(closeGraceMs, this.#pool.end());
    // Whoever still holds a connection did not finish in time; the server rolls its transaction back.
    for (const client of this.#connected) void (client as unknown as pg.Client).end().catch(() => {});
  }

  #makePool(limits: pg.PoolConfig): pg.Pool {
    const pool = new pg.Pool({ ...this.#config, ...limits });
    pool.on('error', this.#onError);
    // A connection that breaks while a transaction holds it would otherwise end the process; its next query rejects anyway.
    pool.on('connect', (client) => client.on('error', this.#onError));
    return pool;
  }
}

/** A refused connection to a name with several addresses has its reasons inside. */
function describe(error: unknown): string {
  const { errors, message } = error as { errors?: readonly unknown[]; message?: string };
  return errors?.map(describe).join('; ') ?? message ?? String(error);
}
