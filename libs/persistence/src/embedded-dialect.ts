import {
  AbortedTransactionError,
  CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { EmbeddedSession, EmbeddedSessions } from './embedded-session.js';

/**
 * PostgreSQL's dialect over the shared embedded sessions. Kysely's own PGlite dialect gives every caller the same
 * connection object, so that a query could run inside a stranger's transaction; here a connection is held by one at a time.
 */
export class EmbeddedDialect implements Dialect {
  /** `timeoutMs` limits how long a transaction or pinned connection is held; without it the sessions' own limit applies. */
  constructor(
    private readonly sessions: EmbeddedSessions,
    private readonly timeoutMs?: number,
  ) {}

  createDriver(): Driver {
    return new EmbeddedDriver(this.sessions, this.timeoutMs);
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}

class EmbeddedDriver implements Driver {
  constructor(
    private readonly sessions: EmbeddedSessions,
    private readonly timeoutMs: number | undefined,
  ) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<EmbeddedConnection> {
    return new EmbeddedConnection(await this.sessions.acquire(this.timeoutMs));
  }

  async releaseConnection(connection: EmbeddedConnection): Promise<void> {
    await connection.session.release();
  }

  async beginTransaction(
    connection: EmbeddedConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const mode = [isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter(Boolean).join(' ');
    await connection.session.run(`start transaction ${mode}`);
  }

  async commitTransaction(connection: EmbeddedConnection): Promise<void> {
    const [result] = await connection.session.run('commit');
    // PostgreSQL answers COMMIT with ROLLBACK when an earlier error left the transaction aborted.
    if (result?.command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  async rollbackTransaction(connection: EmbeddedConnection): Promise<void> {
    // Releasing rolls back too, so an expired or lost session has nothing left to do.
    await connection.session.run('rollback').catch(() => {});
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoted(name)}`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to ${quoted(name)}`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release ${quoted(name)}`));
  }

  /** The database outlives the Kysely instances on it. */
  async destroy(): Promise<void> {}
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

class EmbeddedConnection implements DatabaseConnection {
  constructor(readonly session: EmbeddedSession) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const results = await this.session.run(sql, parameters);
    // Like `pg`, whose result of a script of several statements has no rows of its own.
    const [result, ...more] = results;
    if (!result || more.length > 0) return { rows: [] };
    return {
      rows: result.rows as Row[],
      ...(changing.has(result.command) ? { numAffectedRows: BigInt(result.rowCount) } : {}),
    };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('the embedded database does not stream; page through the rows');
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
