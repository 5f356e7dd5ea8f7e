import pg from 'pg';
import type { Engine, EngineOutcome, StatementResult } from './pglite-engine.js';

/** Starts a timer and returns what stops it. */
export type StartTimer = (callback: () => void, ms: number) => () => void;

/** Exclusive use of the one connection, from `acquire` to `release`. */
export interface EmbeddedSession {
  /** Runs one statement, or several when there are no parameters. Rejects with a `DatabaseError`. */
  run(sql: string, parameters?: readonly unknown[]): Promise<readonly StatementResult[]>;
  /** Hands the connection on; a transaction left open is rolled back first. Safe to call again. */
  release(): Promise<void>;
}

const realTimer: StartTimer = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

/**
 * The embedded database has one session, so whoever uses it must have it alone: a transaction from begin to end, a
 * single statement for its moment. First come, first served, for every Kysely instance and the job queue alike.
 */
export class EmbeddedSessions {
  readonly #waiting: { grant(session: EmbeddedSession): void; reject(error: Error): void; timeoutMs: number }[] = [];
  #current: HeldSession | undefined;
  #closed = false;

  constructor(
    private readonly engine: Engine,
    private readonly timeoutMs: number,
    private readonly startTimer: StartTimer = realTimer,
  ) {}

  /** Waits for the connection. It is taken back, and its transaction rolled back, after the limit; `Infinity` is none. */
  async acquire(timeoutMs: number = this.timeoutMs): Promise<EmbeddedSession> {
    if (this.#closed) throw new Error('the database is closed');
    return new Promise((grant, reject) => {
      this.#waiting.push({ grant, reject, timeoutMs });
      this.#next();
    });
  }

  /** Acquires, runs and releases. */
  async run(sql: string, parameters?: readonly unknown[]): Promise<readonly StatementResult[]> {
    const session = await this.acquire();
    try {
      return await session.run(sql, parameters);
    } finally {
      await session.release();
    }
  }

  /** Refuses whoever waits, lets the statement in flight finish and rolls an open transaction back. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new Error('the database is closed');
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    await this.#current?.end(error);
  }

  #next(): void {
    if (this.#current) return;
    const waiting = this.#waiting.shift();
    if (!waiting) return;
    const session = new HeldSession(this.engine, () => {
      this.#current = undefined;
      this.#next();
    });
    if (Number.isFinite(waiting.timeoutMs)) session.limit(waiting.timeoutMs, this.startTimer);
    this.#current = session;
    waiting.grant(session);
  }
}

class HeldSession implements EmbeddedSession {
  #inTransaction = false;
  #lastStatement: Promise<unknown> = Promise.resolve();
  #ended: { readonly reason: Error; readonly done: Promise<void> } | undefined;
  #stopTimer: () => void = () => {};

  constructor(
    private readonly engine: Engine,
    private readonly onFree: () => void,
  ) {}

  limit(timeoutMs: number, startTimer: StartTimer): void {
    this.#stopTimer = startTimer(() => void this.end(timedOut(timeoutMs)), timeoutMs);
  }

  async run(sql: string, parameters: readonly unknown[] = []): Promise<readonly StatementResult[]> {
    this.#assertHeld();
    const statement = this.#execute(sql, parameters);
    this.#lastStatement = statement.catch(() => {});
    const outcome = await statement;
    if ('error' in outcome) throw outcome.error;
    // What is about to be rolled back must not be reported as done; a commit that got through must.
    if (outcome.inTransaction) this.#assertHeld();
    return outcome.results;
  }

  #assertHeld(): void {
    if (this.#ended) throw this.#ended.reason;
  }

  async #execute(sql: string, parameters: readonly unknown[]): Promise<EngineOutcome> {
    const outcome = await this.engine.run(sql, parameters);
    this.#inTransaction = outcome.inTransaction;
    return outcome;
  }

  async release(): Promise<void> {
    await this.end(new Error('the connection was already released'));
  }

  async end(reason: Error): Promise<void> {
    this.#ended ??= { reason, done: this.#free() };
    await this.#ended.done;
  }

  async #free(): Promise<void> {
    this.#stopTimer();
    await this.#lastStatement;
    // The state is that of the last answer: a failed script or an abandoned transaction must not reach the next holder.
    if (this.#inTransaction) await this.engine.run('ROLLBACK', []).catch(() => {});
    this.onFree();
  }
}

function timedOut(timeoutMs: number): Error {
  const message =
    `the transaction held the embedded database for more than ${timeoutMs} ms and was rolled back ` +
    '(waiting inside it for something outside, or for a query that does not go through it?)';
  // SQLSTATE transaction_timeout, as PostgreSQL 17 reports it.
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { severity: 'FATAL', code: '25P04' });
}
