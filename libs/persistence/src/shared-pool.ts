import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';

/**
 * A pool as Kysely sees it, with two differences: it outlives the Kysely instances on it, and a connection goes back
 * outside any transaction. Kysely ends its own transactions; a script that fails half way leaves one open.
 */
export class SharedPool implements PostgresPool {
  readonly Client = pg.Client;

  constructor(private readonly pool: pg.Pool) {}

  get options(): object {
    return this.pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.pool.connect();
    let failed = false;
    const query = async (sql: string, parameters: unknown[]): Promise<pg.QueryResult> => {
      failed = true;
      const result = await client.query(sql, parameters);
      failed = false;
      return result;
    };
    const release = (discard = false): void => {
      // After a failure the status is not known yet: the server tells it after the error.
      if (discard || (!failed && client.getTransactionStatus() === 'I')) return client.release(discard);
      client.query('rollback').then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
    };
    const { processID } = client as unknown as { processID?: number };
    return { query: query as unknown as PostgresPoolClient['query'], release, processID };
  }

  async end(): Promise<void> {}
}
