import { sql, type Generated, type Kysely } from 'kysely';
import { jsonb } from '../src/index.js';

/** The table that the suites work on. */
export interface Notes {
  note: { id: Generated<number>; text: string; document: unknown };
}

/** What an SQL expression comes back as. */
export async function selectValue(db: Kysely<Notes>, expression: string): Promise<unknown> {
  const { rows } = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(db);
  return rows[0]?.value;
}

/** Values and parameters mean the same on both kinds of database. */
export function describeValues(db: () => Kysely<Notes>): void {
  it.each<[string, unknown]>([
    ['9007199254740991::int8', Number.MAX_SAFE_INTEGER],
    ['count(*)', 1],
    ["'{1,null,-3}'::int8[]", [1, null, -3]],
    ['12345678901234567890.10::numeric', '12345678901234567890.10'],
    ["'{1.10,2}'::numeric[]", ['1.10', '2']],
    ['0.5::float8', 0.5],
    ["'2026-01-31 23:30:00.123+02'::timestamptz", new Date('2026-01-31T21:30:00.123Z')],
    ["'2026-01-31 23:30:00'::timestamp", new Date('2026-01-31T23:30:00Z')],
    ["'2026-01-31'::date", '2026-01-31'],
    ["'infinity'::timestamptz", Infinity],
    ["'infinity'::timestamp", Infinity],
    [`'{"a":[1,"ü",null]}'::jsonb`, { a: [1, 'ü', null] }],
    ["'null'::jsonb", null],
    ['\'{a,"b,c",null}\'::text[]', ['a', 'b,c', null]],
    ["'\\x00ff'::bytea", Buffer.from([0, 255])],
    ['true', true],
    ['null::int8', null],
    ["current_setting('TimeZone')", 'UTC'],
  ])('reads %s', async (expression, expected) => {
    expect(await selectValue(db(), expression)).toEqual(expected);
  });

  it('refuses an int8 that a number cannot hold, and goes on', async () => {
    await expect(selectValue(db(), '9007199254740993::int8')).rejects.toThrow('9007199254740993 does not fit');
    expect(await selectValue(db(), '9007199254740993::int8::text')).toBe('9007199254740993');
  });

  it('takes what it gives as parameters', async () => {
    const at = new Date('2026-03-29T01:59:59.999Z');
    const bytes = Buffer.from([0, 255]);
    const query = sql`select ${at}::timestamptz as at, ${['a', '"b",c']}::text[] as list, ${new Uint8Array(bytes)}::bytea
      as bytes, ${12n}::int8 as big, ${null}::text as nothing, ${true}::bool as yes, ${''}::text as empty,
      ${{ a: 1 }}::jsonb as object`;
    const { rows } = await query.execute(db());
    expect(rows).toEqual([
      { at, list: ['a', '"b",c'], bytes, big: 12, nothing: null, yes: true, empty: '', object: { a: 1 } },
    ]);
  });

  it.each([[[1, 'two', { three: [] }]], ['a "string"'], [null], [42], [{ 'quote\'"': '\\', emoji: '🎨' }]])(
    'writes and reads %j as jsonb',
    async (document) => {
      await db()
        .insertInto('note')
        .values({ text: 'json', document: jsonb<unknown>(document) })
        .execute();
      expect(await db().selectFrom('note').select('document').executeTakeFirstOrThrow()).toEqual({ document });
    },
  );

  it('reports how many rows a statement changed', async () => {
    const values = ['a', 'b'].map((text) => ({ text, document: null }));
    const [inserted] = await db().insertInto('note').values(values).execute();
    const [updated] = await db().updateTable('note').set({ document: null }).execute();
    const missing = await db().deleteFrom('note').where('text', '=', 'none').executeTakeFirst();
    const counts = [inserted?.numInsertedOrUpdatedRows, updated?.numUpdatedRows, missing.numDeletedRows];
    expect(counts).toEqual([2n, 2n, 0n]);
  });
}
