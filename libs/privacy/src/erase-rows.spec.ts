import { type Database, openPglite } from '@atelier/persistence';
import { sql } from 'kysely';
import { changeRows, deleteRows } from './erase-rows.js';

let database: Database;
const signal = new AbortController().signal;
const ofEve = sql<boolean>`user_id = 'eve'`;

beforeEach(async () => {
  database = await openPglite('memory');
  const db = database.kysely();
  await sql`create table kept (user_id text, month int, note text) partition by list (month)`.execute(db);
  for (const month of [1, 2])
    await sql`create table ${sql.table(`kept_${month}`)} partition of kept for values in (${sql.lit(month)})`.execute(
      db,
    );
  // In each month the first rows have the same places.
  await sql`
    insert into kept select user_id, month, 'private' from (values ('eve', 1), ('bob', 2)) as of (user_id, month),
      generate_series(1, 700)`.execute(db);
}, 60_000);
afterEach(() => database.close());

const left = async () =>
  (
    await sql`
      select user_id, note, count(*)::int as rows from kept group by user_id, note order by user_id`.execute(
      database.kysely(),
    )
  ).rows;

it('deletes the rows of one user, and none that has the same place in another partition', async () => {
  expect(await deleteRows(database.kysely(), { table: 'kept', where: ofEve }, signal)).toBe(700);
  expect(await left()).toEqual([{ user_id: 'bob', note: 'private', rows: 700 }]);
});

it('changes the rows of one user, and none that has the same place in another partition', async () => {
  const where = sql<boolean>`user_id = 'eve' and note <> ''`;
  expect(await changeRows(database.kysely(), { table: 'kept', set: sql`note = ''`, where }, signal)).toBe(700);
  expect(await left()).toEqual([
    { user_id: 'bob', note: 'private', rows: 700 },
    { user_id: 'eve', note: '', rows: 700 },
  ]);
});
