import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import { PgBoss, fromKysely } from 'pg-boss';
import { migrate, type Database } from '../src/index.js';
import { describeValues, selectValue, type Notes } from './value-suite.js';

/** The guarantees that hold on both kinds of database. */
export function describeDatabase(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    const schema = `test_${randomUUID().slice(0, 8)}`;
    let database: Database;
    let db: Kysely<Notes>;

    const migrations = {
      '0001_note': {
        up: async (kysely: Kysely<unknown>) =>
          kysely.schema
            .createTable('note')
            .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
            .addColumn('text', 'text', (column) => column.notNull().unique())
            .addColumn('document', 'jsonb')
            .execute(),
      },
    };

    const value = (expression: string): Promise<unknown> => selectValue(db, expression);
    const texts = async (): Promise<string[]> =>
      (await db.selectFrom('note').select('text').orderBy('id').execute()).map(({ text }) => text);
    const insert = (on: Kysely<Notes>, text: string): Promise<unknown> =>
      on.insertInto('note').values({ text, document: null }).execute();

    beforeAll(async () => {
      database = await open();
      db = database.kysely<Notes>().withSchema(schema);
      await migrate(database, schema, migrations);
    }, 60_000);

    beforeEach(async () => {
      await db.deleteFrom('note').execute();
    });

    afterAll(async () => {
      await db.schema.dropSchema(schema).cascade().execute();
      await database.close();
    });

    describe('values', () => describeValues(() => db));

    it('tells what PostgreSQL says about an error', async () => {
      await insert(db, 'twice');
      const error = await insert(db, 'twice').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(pg.DatabaseError);
      expect(error).toMatchObject({
        code: '23505',
        constraint: 'note_text_key',
        table: 'note',
        schema,
        detail: 'Key (text)=(twice) already exists.',
      });
    });

    describe('transactions', () => {
      it('leave nothing behind when rolled back', async () => {
        const failure = db.transaction().execute(async (transaction) => {
          await insert(transaction, 'gone');
          throw new Error('changed my mind');
        });
        await expect(failure).rejects.toThrow('changed my mind');
        expect(await texts()).toEqual([]);
      });

      it('roll back as a whole when a statement failed, even if the failure was swallowed', async () => {
        const failure = db.transaction().execute(async (transaction) => {
          await insert(transaction, 'gone');
          await sql`select 1 / 0`.execute(transaction).catch(() => {});
        });
        await expect(failure).rejects.toThrow();
        expect(await texts()).toEqual([]);
      });

      it('return to a savepoint', async () => {
        const transaction = await db.startTransaction().execute();
        await insert(transaction, 'kept');
        const afterSavepoint = await transaction.savepoint('half way').execute();
        await insert(afterSavepoint, 'gone');
        await afterSavepoint.rollbackToSavepoint('half way').execute();
        await transaction.commit().execute();
        expect(await texts()).toEqual(['kept']);
      });

      it('left open by a failed script do not reach the next user', async () => {
        const script = `begin; insert into ${schema}.note (text) values ('gone'); select 1 / 0; commit`;
        await expect(database.bossDatabase().executeSql(script)).rejects.toMatchObject({ code: '22012' });
        await expect(sql.raw(script).execute(db)).rejects.toMatchObject({ code: '22012' });
        expect(await value('pg_current_xact_id_if_assigned()')).toBeNull();
        expect(await texts()).toEqual([]);
      });

      it('are never entered by concurrent queries, and keep exactly what they committed', async () => {
        const other = database.kysely<Notes>().withSchema(schema);
        const action = fc.record({
          kind: fc.constantFrom('commit', 'rollback', 'fail', 'single', 'boss'),
          turns: fc.nat(3),
          on: fc.constantFrom(db, other),
        });
        const perform = async (
          { kind, turns, on }: { kind: string; turns: number; on: Kysely<Notes> },
          text: string,
        ): Promise<void> => {
          if (kind === 'boss') {
            const { rows } = await database.bossDatabase().executeSql('select pg_current_xact_id_if_assigned() as id');
            expect(rows).toEqual([{ id: null }]);
          } else if (kind === 'single') await insert(on, text);
          else
            await on.transaction().execute(async (transaction) => {
              const id = async (): Promise<unknown> =>
                (await sql`select pg_current_xact_id() as id`.execute(transaction)).rows;
              const before = await id();
              await insert(transaction, text);
              for (let turned = 0; turned < turns; turned++) await turn();
              if (kind === 'fail') await sql`select 1 / 0`.execute(transaction);
              expect(await id()).toEqual(before);
              if (kind === 'rollback') throw new Error('rollback');
            });
        };
        await fc.assert(
          fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
            await db.deleteFrom('note').execute();
            await Promise.all(
              actions.map((each, index) =>
                perform(each, `${index}`).catch((error: unknown) => {
                  if (!['rollback', 'division by zero'].includes((error as Error).message)) throw error;
                }),
              ),
            );
            const committed = actions.flatMap(({ kind }, index) =>
              ['commit', 'single'].includes(kind) ? [`${index}`] : [],
            );
            expect((await texts()).sort()).toEqual(committed.sort());
          }),
          { numRuns: 25 },
        );
      }, 60_000);
    });

    describe('notifications', () => {
      const notify = (on: Kysely<Notes>, channel: string, payload: string): Promise<unknown> =>
        sql`select pg_notify(${channel}, ${payload})`.execute(on);

      it('reach every subscriber of the channel, once committed', async () => {
        const channel = `${schema} "Mixed"`;
        const heard: string[] = [];
        const { promise: done, resolve } = deferred();
        const onReconnect = deferred();
        const first = await database.listen(channel, (payload) => heard.push(`first ${payload}`), onReconnect.resolve);
        const second = await database.listen(channel, (payload) => {
          heard.push(`second ${payload}`);
          if (payload === 'end') resolve();
        });
        await onReconnect.promise;
        await db
          .transaction()
          .execute(async (transaction) => {
            await notify(transaction, channel, 'rolled back');
            throw new Error('no');
          })
          .catch(() => {});
        await db.transaction().execute((transaction) => notify(transaction, channel, 'committed'));
        await notify(db, channel.toLowerCase(), 'other channel');
        await notify(db, channel, 'end');
        await done;
        expect(heard).toEqual(['first committed', 'second committed', 'first end', 'second end']);
        await Promise.all([first.close(), first.close(), second.close()]);
      });

      it('no longer reach who unsubscribed', async () => {
        const heard: string[] = [];
        const { promise: done, resolve } = deferred();
        const gone = await database.listen(schema, () => heard.push('gone'));
        const staying = await database.listen(schema, resolve);
        await gone.close();
        await notify(db, schema, '');
        await done;
        await staying.close();
        expect(heard).toEqual([]);
      });
    });

    describe('migrations', () => {
      const fresh = `${schema}_fresh`;
      const table = (name: string) => ({
        up: async (kysely: Kysely<unknown>): Promise<void> => {
          await kysely.schema.createTable(name).addColumn('id', 'integer').execute();
        },
      });

      afterEach(() => db.schema.dropSchema(fresh).ifExists().cascade().execute());

      it('run once each, in order, into a schema they make', async () => {
        expect(await migrate(database, fresh, { '0002_b': table('b'), '0001_a': table('a') })).toEqual([
          '0001_a',
          '0002_b',
        ]);
        expect(
          await migrate(database, fresh, { '0001_a': table('a'), '0002_b': table('b'), '0003_c': table('c') }),
        ).toEqual(['0003_c']);
        expect(
          await value(
            `(select count(*) from pg_tables where schemaname = '${fresh}' and tablename in ('a', 'b', 'c'))`,
          ),
        ).toBe(3);
      });

      it('run once when two replicas start together', async () => {
        const both = await Promise.all(
          [1, 2].map(() => migrate(database, fresh, { '0001_a': table('a'), '0002_b': table('b') })),
        );
        expect(both.flat().sort()).toEqual(['0001_a', '0002_b']);
      });

      it('let an older release start on what a newer one has made, and refuse a history that is another', async () => {
        const newer = { '0001_a': table('a'), '0002_b': table('b'), '0003_c': table('c') };
        await migrate(database, fresh, newer);
        expect(await migrate(database, fresh, { '0001_a': table('a'), '0002_b': table('b') })).toEqual([]);
        expect(await migrate(database, fresh, newer)).toEqual([]);
        const other = { '0001_a': table('a'), '0003_c': table('c') };
        await expect(migrate(database, fresh, other)).rejects.toThrow(
          'previously executed migration 0002_b is missing',
        );
      });

      it('all fail when one fails, and say which', async () => {
        const broken = { '0001_a': table('a'), '0002_broken': table('a') };
        await expect(migrate(database, fresh, broken)).rejects.toThrow(
          /migration 0002_broken of schema \w+ failed: .*already exists/,
        );
        expect(await value(`to_regclass('${fresh}.a')::text`)).toBeNull();
      });

      it('refuse what is not a plain schema name', async () => {
        await expect(migrate(database, 'a"; drop schema b', {})).rejects.toThrow('is not a schema name');
      });
    });

    it('queues a job exactly when the transaction that sends it commits', async () => {
      const boss = new PgBoss({
        db: database.bossDatabase(),
        backend: database.bossBackend,
        schema: `${schema}_boss`,
        useListenNotify: true,
      });
      const problems: unknown[] = [];
      boss.on('error', (error) => problems.push(error));
      boss.on('warning', (warning) => problems.push(warning));
      await boss.start();
      try {
        await boss.createQueue('paint', { notify: true });
        const worked: unknown[] = [];
        const { promise: done, resolve } = deferred();
        // Polling alone would take minutes: only a notification can wake the worker in time.
        await boss.work<{ prompt: string }>(
          'paint',
          { pollingIntervalSeconds: 600, notifyPollingIntervalSeconds: 600 },
          async ([job]) => {
            worked.push(job?.data.prompt);
            if (job?.data.prompt === 'committed') resolve();
          },
        );
        const send = (prompt: string, fail: boolean): Promise<void> =>
          db.transaction().execute(async (transaction) => {
            await insert(transaction, prompt);
            await boss.send('paint', { prompt }, { db: fromKysely(transaction) });
            if (fail) throw new Error('rolled back');
          });
        await expect(send('rolled back', true)).rejects.toThrow('rolled back');
        await send('committed', false);
        await done;
        expect([worked, await texts()]).toEqual([['committed'], ['committed']]);
        expect(problems).toEqual([]);
      } finally {
        await boss.stop({ graceful: true });
        await db.schema.dropSchema(`${schema}_boss`).ifExists().cascade().execute();
      }
    }, 60_000);

    it('answers a ping until it is closed, and then nothing', async () => {
      const another = await open();
      await another.ping();
      await Promise.all([another.close(), another.close()]);
      await expect(another.ping()).rejects.toThrow();
      await expect(sql`select 1`.execute(another.kysely())).rejects.toThrow();
      await expect(another.listen('any', () => {})).rejects.toThrow();
    }, 60_000);

    it('outlives the Kysely instances on it', async () => {
      const passing = database.kysely<Notes>().withSchema(schema);
      await insert(passing, 'kept');
      await passing.destroy();
      expect(await texts()).toEqual(['kept']);
    });
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
