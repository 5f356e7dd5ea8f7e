import { startTracing, startSpan, type Tracing } from '@atelier/tracing';
import { sql } from 'kysely';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { openPglite } from './pglite-database.js';
import type { Database } from './database.js';

const exporter = new InMemorySpanExporter();
let tracing: Tracing;
let database: Database;
beforeAll(async () => {
  tracing = await startTracing({ service: 'test', version: '1', exporter });
  database = await openPglite('memory');
  await sql`create table public.notes (a int, b int)`.execute(database.kysely());
}, 60_000);
afterAll(async () => {
  await database.close();
  await tracing.close();
});

async function spansOf(work: () => Promise<unknown>) {
  exporter.reset();
  const span = startSpan({ name: 'request', role: 'server' });
  await span?.run(work);
  return exporter.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes, status }));
}

it.each([
  ['select 1', 'select'],
  ['select * from pg_catalog.pg_class limit 1', 'select pg_catalog.pg_class'],
  ['with x as (select 1) select * from generate_series(1, 2)', 'with'],
  ["select 'from secret.planted' as x", 'select'],
  ["select 'it''s from secret.planted', 1 from pg_class limit 1", 'select pg_class'],
  ['select $a$ from secret.planted $a$', 'select'],
  ['insert into public.notes (a, b) values (1, 2)', 'insert public.notes'],
  ['insert into "public"."notes"(a) select 3', 'insert public.notes'],
  ['update public.notes set a = 1', 'update public.notes'],
  ['vacuum', 'other'],
])('names operation and table of %p', async (text, name) => {
  const [span] = await spansOf(() => sql.raw(text).execute(database.kysely()));
  expect(span).toMatchObject({ name, attributes: { 'db.query.summary': name } });
});

it('tells the SQLSTATE of a failure, and none of its words or values', async () => {
  const spans = await spansOf(() =>
    expect(sql`select ${'planted'}::uuid`.execute(database.kysely())).rejects.toThrow('planted'),
  );
  expect(spans[0]?.attributes).toMatchObject({ 'error.type': '22P02', 'db.response.status_code': '22P02' });
  expect(JSON.stringify(spans)).not.toContain('planted');
});

it('records nothing of statements that belong to no trace', async () => {
  exporter.reset();
  await sql`select 1`.execute(database.kysely());
  expect(exporter.getFinishedSpans()).toEqual([]);
});
