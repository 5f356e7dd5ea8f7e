import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import {
  type EmbeddedDatabase,
  migrate,
  openPglite,
  releaseProblems,
  type SchemaBaseline,
  schemaShape,
} from '../src/index.js';

const ddl = (text: string): Migration => ({
  up: async (db: Kysely<unknown>) => void (await sql.raw(text.replaceAll('shop.', `${schema}.`)).execute(db)),
});
const released = {
  '0001_orders':
    ddl(`create table shop.orders (id integer primary key, state text not null, note text, email text unique,
    total integer not null default 0, check (total >= 0))`),
  '0002_kinds': ddl(`create type shop.kind as enum ('a', 'b')`),
  '0003_stamp': ddl(`create function shop.stamp(one integer) returns integer language sql as 'select one'`),
};
/** What the released code sends. */
const statements = [
  'insert into shop.orders (id, state, note) values ($1, $2, $3)',
  'select note, total from shop.orders where id = $1',
  'insert into shop.orders (id, state, email) values ($1, $2, $3) on conflict (email) do nothing',
];

let database: EmbeddedDatabase;
let baseline: SchemaBaseline;
let schema = 'shop';
let count = 0;
beforeAll(async () => {
  database = await openPglite('memory');
}, 60_000);
afterAll(() => database.close());
beforeEach(async () => {
  schema = `shop${(count += 1)}`;
  await migrate(database, schema, released);
  const shape = await schemaShape(database.kysely(), schema);
  await database.kysely().schema.dropSchema(schema).cascade().execute();
  const sent = statements.map((text) => text.replaceAll('shop.', `${schema}.`));
  baseline = { migrations: Object.keys(released), shape, statements: sent };
});

/** What is said about a next release with these migrations. */
const said = async (more: Readonly<Record<string, Migration>>, old: Readonly<Record<string, Migration>> = released) =>
  (await releaseProblems(database, schema, { ...old, ...more }, baseline)).map((line) =>
    line.replaceAll(schema, 'shop'),
  );

it('says nothing about what only adds', async () => {
  const more = {
    '0004_add':
      ddl(`alter table shop.orders add column colour text; alter table shop.orders add column size integer not null
      default 1; create table shop.lines (id integer primary key, amount integer not null check (amount > 0));
      create index on shop.orders (state); alter type shop.kind add value 'c'`),
    '0005_rule': ddl(`alter table shop.orders add constraint sizes check (size > 0)`),
    '0006_looser': ddl(`alter table shop.orders drop constraint orders_total_check`),
  };
  expect(await said(more)).toEqual([]);
});

it.each([
  ['a column that goes', `alter table shop.orders drop column note`, 'shop.orders.note is gone'],
  ['a column with another name', `alter table shop.orders rename note to remark`, 'shop.orders.note is gone'],
  ['a table that goes', `drop table shop.orders`, 'shop.orders is gone'],
  [
    'another type',
    `alter table shop.orders alter note type jsonb using note::jsonb`,
    'shop.orders.note was text and is jsonb',
  ],
  [
    'a value that is demanded',
    `alter table shop.orders alter note set not null`,
    'shop.orders.note may no longer be null',
  ],
  [
    'a value that may be missing',
    `alter table shop.orders alter state drop not null`,
    'shop.orders.state may be null now',
  ],
  [
    'a default that goes',
    `alter table shop.orders alter total drop default`,
    'shop.orders.total has no default any more',
  ],
  [
    'a rule',
    `alter table shop.orders add check (state <> '')`,
    'is a new rule for rows that the previous release writes',
  ],
  ['a unique index', `create unique index on shop.orders (note)`, 'is a new rule for rows'],
  ['uniqueness that goes', `alter table shop.orders drop constraint orders_email_key`, 'rows were unique by it'],
  ['a function that goes', `drop function shop.stamp`, 'function stamp(one integer) is gone'],
])('refuses %s, and says what to do', async (_case, change, problem) => {
  const problems = await said({ '0004_change': ddl(change) });
  expect(problems[0]).toContain(problem);
  expect(problems[0]).toContain('Once a release does without it, do it in 0004_contract_…');
});

it('refuses a new column that must be given, in a contracting migration too', async () => {
  const change = ddl(`alter table shop.orders add column colour text not null`);
  const problem = 'shop.orders.colour is new and must be given: rows of the previous release come without it';
  expect((await said({ '0004_colour': change }))[0]).toContain(problem);
  await database.kysely().schema.dropSchema(schema).cascade().execute();
  expect((await said({ '0004_contract_colour': change }))[0]).toContain(problem);
});

it('lets a contracting migration take away what the previous release does not use, and nothing that it sends', async () => {
  expect(await said({ '0004_contract_stamp': ddl(`drop function shop.stamp(integer)`) })).toEqual([]);
  await database.kysely().schema.dropSchema(schema).cascade().execute();
  const problems = await said({ '0004_contract_note': ddl(`alter table shop.orders drop column note`) });
  expect(problems).toEqual([
    expect.stringContaining('the previous release sends “insert into shop.orders (id, state, note) values'),
    expect.stringContaining('column "note" does not exist'),
  ]);
});

it('refuses a change of what was released: installations have run it', async () => {
  const { '0003_stamp': gone, ...rest } = released;
  expect(await said({}, rest)).toEqual([
    'shop: migration 0003_stamp was released and is gone; installations have run it',
  ]);
  expect(await said({ '0002_before': gone })).toEqual([
    'shop: migration 0002_before sorts before released ones; give it a higher number',
  ]);
  const changed = { ...released, '0001_orders': ddl(`create table shop.orders (id bigint primary key)`) };
  expect((await said({}, changed))[0]).toMatch(
    /a released migration was changed \(shop\.orders\.\w+, .*write a new one/,
  );
});
