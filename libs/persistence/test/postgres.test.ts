import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openPostgres, type Database } from '../src/index.js';
import { describeDatabase } from './database-suite.js';

const url = process.env['TEST_DATABASE_URL'];

if (url) {
  describeDatabase('PostgreSQL', () => openPostgres(url));
  describe('PostgreSQL alone', () => describePostgres(url));
} else if (process.env['CI'] === 'true') {
  throw new Error('no PostgreSQL: with CI=true these tests must run (TEST_DATABASE_URL)');
} else {
  console.warn('NOT RUN: the tests on a real PostgreSQL. Set TEST_DATABASE_URL=postgres://… to run them.');
  it.skip('needs TEST_DATABASE_URL', () => {});
}

function describePostgres(databaseUrl: string): void {
  const applicationName = `test-${randomUUID()}`;
  const errors: Error[] = [];
  let database: Database;

  beforeAll(async () => {
    database = await openPostgres(databaseUrl, {
      applicationName,
      transactionTimeoutMs: 1_000,
      onError: (error) => errors.push(error),
    });
  });
  afterAll(() => database.close());

  /** Ends connections of this test as a restart of the server would. */
  const terminate = (query: string): Promise<unknown> =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = ${applicationName} and pid <> pg_backend_pid() and query like ${query}`.execute(
      database.kysely(),
    );

  it('survives the loss of a connection inside a transaction', async () => {
    const lost = database
      .kysely()
      .transaction()
      .execute(async (transaction) => {
        await sql`select 'holding'`.execute(transaction);
        await terminate('%holding%');
        await sql`select 1`.execute(transaction);
      });
    await expect(lost).rejects.toThrow();
    await database.ping();
  });

  it('hears again after the listening connection was lost, and says that it missed something', async () => {
    const reconnects: (() => void)[] = [];
    const nextReconnect = (): Promise<void> => new Promise((resolve) => reconnects.push(resolve));
    const first = nextReconnect();
    let hear = (_payload: string): void => {};
    const heard = new Promise<string>((resolve) => (hear = resolve));
    const subscription = await database.listen(
      'again',
      (payload) => hear(payload),
      () => reconnects.shift()?.(),
    );
    await first;
    const second = nextReconnect();
    await terminate('listen "again"');
    await second;
    await sql`select pg_notify('again', 'here')`.execute(database.kysely());
    expect(await heard).toBe('here');
    expect(errors.map(({ message }) => message)).toContain('lost the connection that hears notifications');
    await subscription.close();
  });

  it('rolls back a transaction that was left alone', async () => {
    const db = database.kysely();
    await sql`create table if not exists public.abandoned (id int)`.execute(db);
    const abandoned = await db.startTransaction().execute();
    await sql`lock table public.abandoned`.execute(abandoned);
    // Waits for the lock that only the server can take away.
    await sql`drop table public.abandoned`.execute(db);
    await expect(sql`select 1`.execute(abandoned)).rejects.toThrow();
    await abandoned
      .rollback()
      .execute()
      .catch(() => {});
  });

  it('names what is wrong, without the password, when the server does not answer', async () => {
    const error = await openPostgres('postgres://user:secret@127.0.0.1:1/none').catch((reason: unknown) => reason);
    expect(String(error)).toContain('PostgreSQL does not answer: connect ECONNREFUSED 127.0.0.1:1');
    expect(String(error)).not.toContain('secret');
  });
}
