import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { DataDirectoryInUseError, openPglite, type EmbeddedDatabase, type PgliteOptions } from '../src/index.js';
import { startChild } from './start-child.js';

describe('the embedded database', () => {
  const root = mkdtempSync(join(tmpdir(), 'atelier-embedded-'));
  const opened: EmbeddedDatabase[] = [];
  const template = join(root, 'template');
  /** A directory with an empty database in it: copying one is quicker than making one. */
  const existing = (name: string): string => {
    cpSync(template, join(root, name), { recursive: true });
    return join(root, name);
  };
  const open = async (location: string, options?: PgliteOptions): Promise<EmbeddedDatabase> => {
    const database = await openPglite(location, options);
    opened.push(database);
    return database;
  };
  const on = (database: EmbeddedDatabase) => ({
    run: (query: string) => sql.raw(query).execute(database.kysely()),
    value: async (expression: string): Promise<unknown> =>
      (await sql.raw<{ value: unknown }>(`select ${expression} as value`).execute(database.kysely())).rows[0]?.value,
  });

  beforeAll(async () => (await openPglite(template)).close(), 60_000);
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('has every commit on the disk before it answers', async () => {
    const database = await open(existing('durable'));
    await on(database).run('create table t (id int)');
    const before = (await database.stats()).fsyncs;
    for (let id = 0; id < 20; id++) await on(database).run(`insert into t values (${id})`);
    expect((await database.stats()).fsyncs - before).toBeGreaterThanOrEqual(20);
    expect([
      await on(database).value(`current_setting('fsync')`),
      await on(database).value(`current_setting('synchronous_commit')`),
    ]).toEqual(['on', 'on']);
  }, 60_000);

  it('keeps what it acknowledged through a kill, and opens right after it', async () => {
    const directory = existing('killed');
    const child = startChild('insert-until-killed', directory);
    const acknowledged: number[] = [];
    for await (const line of child.lines) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 200) break;
    }
    await expect(open(directory)).rejects.toThrow(`in use by process ${child.pid}`);
    await child.kill();
    const database = await open(directory);
    const { rows } = await sql<{ id: number }>`select id from public.kept`.execute(database.kysely());
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
  }, 60_000);

  it('starts afresh when its creation was interrupted', async () => {
    const directory = join(root, 'interrupted');
    mkdirSync(join(directory, 'cluster.unfinished', 'base'), { recursive: true });
    writeFileSync(join(directory, 'cluster.unfinished', 'PG_VERSION'), '18');
    const database = await open(directory);
    expect(await on(database).value('1')).toBe(1);
  }, 60_000);

  it('refuses a directory that is already open', async () => {
    const directory = existing('twice');
    await open(directory);
    await expect(openPglite(directory)).rejects.toThrow(DataDirectoryInUseError);
  }, 60_000);

  it('explains a failed start with what PostgreSQL logged, and lets go of the directory', async () => {
    const directory = existing('misconfigured');
    await expect(openPglite(directory, { sharedBuffers: 'plenty' })).rejects.toThrow(
      /does not start.*invalid value for parameter "shared_buffers": "plenty"/s,
    );
    await open(directory);
  }, 60_000);

  it('leaves the event loop free while it works', async () => {
    const database = await open(existing('busy'));
    const counter = { turns: 0, on: true };
    const count = async (): Promise<void> => {
      for (; counter.on; counter.turns++) await turn();
    };
    const counted = count();
    await on(database).run('select sum(i) from generate_series(1, 1000000) i');
    counter.on = false;
    await counted;
    expect(counter.turns).toBeGreaterThan(100);
  }, 60_000);

  it('takes the connection back from a transaction that is left alone', async () => {
    // Long enough for the insert on a machine that has much else to do.
    const database = await open(existing('abandoned'), { transactionTimeoutMs: 2_000 });
    await on(database).run('create table t (id int)');
    const abandoned = await database.kysely().startTransaction().execute();
    await sql`insert into t values (1)`.execute(abandoned);
    // Waits behind the transaction that nobody ends.
    expect(await on(database).value('(select count(*) from t)')).toBe(0);
    await expect(sql`select 1`.execute(abandoned)).rejects.toMatchObject({
      code: '25P04',
      message: expect.stringContaining('more than 2000 ms and was rolled back'),
    });
    await expect(abandoned.commit().execute()).rejects.toMatchObject({ code: '25P04' });
  }, 60_000);

  it('rejects everything after a crash, tells of it once, and has lost nothing when opened again', async () => {
    const directory = existing('crashed');
    const crashes: string[] = [];
    const database = await open(directory, { onError: ({ message }) => crashes.push(message) });
    await on(database).run('create table t (id int)');
    await on(database).run('insert into t values (1)');
    await on(database).run(`create function deeper(int) returns int language sql as 'select deeper($1)'`);
    // Within the limit that it starts with, recursion is an ordinary error.
    await expect(on(database).run('select deeper(1)')).rejects.toMatchObject({ code: '54001' });
    await on(database).run(`set max_stack_depth = '2MB'`);
    await expect(on(database).run('select deeper(1)')).rejects.toThrow('the embedded database crashed');
    await expect(database.ping()).rejects.toThrow('the embedded database crashed');
    expect(crashes).toEqual([expect.stringContaining('the embedded database crashed')]);
    await database.close();
    expect(await on(await open(directory)).value('(select count(*) from t)')).toBe(1);
  }, 60_000);

  it('vacuums, analyses and checkpoints, which nobody else does for it', async () => {
    const database = await open(existing('untidy'));
    await on(database).run(
      'create table t as select i, repeat(md5(i::text), 30) as filling from generate_series(1, 50000) i',
    );
    await on(database).run('update t set i = -i; select pg_stat_force_next_flush()');
    await on(database).run('select 1');
    await database.tidy();
    expect(await on(database).value(`(select n_dead_tup from pg_stat_user_tables where relname = 't')`)).toBe(0);
    expect(await on(database).value(`(select reltuples from pg_class where relname = 't')`)).toBe(50_000);
    const logBytes = await on(database).value('(select pg_current_wal_lsn() - redo_lsn from pg_control_checkpoint())');
    expect(Number(logBytes)).toBeLessThan(1_000_000);
  }, 60_000);
});
