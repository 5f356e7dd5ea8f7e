import type { Kysely } from 'kysely';
import type { Db } from 'pg-boss';

/** The one door to SQL: PostgreSQL, or the same embedded. Code above it cannot tell which, and need not. */
export interface Database {
  readonly kind: 'postgres' | 'pglite';

  /** For pg-boss's `backend` option, beside `db: bossDatabase()`. */
  readonly bossBackend: 'postgres' | 'pglite';

  /**
   * A Kysely on the shared connections; cheap, and `destroy()` on it leaves the database open.
   * `unlimited` lifts the time limits of statements and transactions (migrations); such an instance must be destroyed.
   */
  kysely<Schema>(options?: { readonly unlimited?: boolean }): Kysely<Schema>;

  /** For pg-boss's `db` option: `new PgBoss({ db, backend: database.bossBackend, useListenNotify: true })`. */
  bossDatabase(): Db;

  /**
   * Hears NOTIFY on a channel. `onReconnect` runs after every successful subscription, the first included:
   * notifications may have been missed before it, so read the state then. Rejects when the first subscription fails.
   */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect?: () => void): Promise<Subscription>;

  /** Resolves when the database answers a query, rejects when it does not. */
  ping(): Promise<void>;

  /** Rolls open transactions back and closes everything, within about 5 s whatever still runs. Safe to call again. */
  close(): Promise<void>;
}

/** A subscription to a channel. */
export interface Subscription {
  /** Ends it. Safe to call again. */
  close(): Promise<void>;
}

/** Limits that both kinds know. */
export interface DatabaseLimits {
  /**
   * How long a transaction may keep its connection, default 30,000 ms; then it is rolled back and its next statement
   * rejects. Embedded: from its beginning (SQLSTATE 25P04). PostgreSQL: while it sits idle (25P03).
   */
  readonly transactionTimeoutMs?: number;
}

/** Default of `transactionTimeoutMs`. */
export const defaultTransactionTimeoutMs = 30_000;

/** How long `close` waits for what still runs before it cuts it off. */
export const closeGraceMs = 5_000;
