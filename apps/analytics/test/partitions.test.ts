import { Workflow } from '@atelier/contracts/creative/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { type Database, migrate } from '@atelier/persistence';
import { openTestDatabase, testRuntime } from '@atelier/testing';
import { type Kysely, sql } from 'kysely';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { IngestUsageEvents } from '../src/domain/ingest-usage-events.js';
import { keptSince } from '../src/domain/retention.js';
import { rollups } from '../src/domain/rollups.js';
import { analyticsSchema, migrations } from '../src/infra/migrations.js';
import { dropOldPartitions } from '../src/infra/partitions/drop-partitions.js';
import { makePartitions } from '../src/infra/partitions/make-partitions.js';
import { readPartitions } from '../src/infra/partitions/read-partitions.js';
import { RetentionSweep } from '../src/infra/retention-sweep.js';
import { deleteOldRows } from '../src/infra/sql-retention.js';
import { SqlUsageStore } from '../src/infra/sql-usage-store.js';

let database: Database;
let close: () => Promise<void>;
let db: Kysely<unknown>;
let store: SqlUsageStore;
beforeAll(async () => {
  ({ database, close } = await openTestDatabase());
  db = database.kysely();
}, 60_000);
beforeEach(async () => {
  await migrate(database, analyticsSchema, migrations);
  store = new SqlUsageStore(db, rollups);
});
afterEach(async () => {
  await sql`drop schema analytics cascade`.execute(db);
});
afterAll(() => close());

const now = new Date('2026-11-21T12:00:00Z');
const day = (text: string): Date => new Date(`${text}T12:00:00Z`);
const plan = (at: Date, id = uuidv7({ msecs: at.getTime() }), userId = 'sarah'): UsageEvent =>
  UsageEvent.create({
    eventId: id,
    occurTime: at,
    userId,
    requestId: `plan-${id}`,
    planCompleted: { workflow: Workflow.WORKFLOW_IMAGE_GENERATION, source: 'local', prompt: 'a heron' },
  });
const names = async (table = 'usage_events'): Promise<string[]> =>
  (await readPartitions(db, table)).map(({ name }) => name.replace(`${table}_`, ''));
const rowsIn = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from ${sql.table(`analytics.${table}`)}`.execute(db);
  return rows[0]?.n ?? 0;
};
const plansCounted = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(requests), 0)::int as n from analytics.intent_analytics where grain = 'epoch'`.execute(db);
  return rows[0]?.n ?? 0;
};

describe('months', () => {
  it('are made ahead of time, once, and over the end of a year', async () => {
    const made = await makePartitions(db, now);
    expect(made.filter((name) => name.startsWith('usage'))).toEqual([
      'usage_events_2026_10',
      'usage_events_2026_11',
      'usage_events_2026_12',
      'usage_events_2027_01',
    ]);
    await expect(makePartitions(db, now)).resolves.toEqual([]);
    await makePartitions(db, day('2026-12-01'));
    expect(await names()).toEqual(['2026_10', '2026_11', '2026_12', '2027_01', '2027_02', 'other']);
    expect(await names('intent_classification_logs')).toEqual(await names());
  });

  it('are made once when several replicas do it', async () => {
    await Promise.all(Array.from({ length: 4 }, () => makePartitions(db, now)));
    expect(await names()).toHaveLength(5);
  });

  it('hold the events whose ids were made in them; other UUIDs stand aside', async () => {
    await makePartitions(db, now);
    await store.add([plan(day('2026-10-31')), plan(now), plan(now, uuidv4())]);
    expect([await rowsIn('usage_events_2026_10'), await rowsIn('usage_events_2026_11')]).toEqual([1, 1]);
    expect(await rowsIn('usage_events_other')).toBe(1);
  });

  it('take along what came before they were made', async () => {
    const early = plan(now);
    await store.add([early]);
    expect(await rowsIn('usage_events_other')).toBe(1);
    await makePartitions(db, now);
    expect([await rowsIn('usage_events_other'), await rowsIn('usage_events_2026_11')]).toEqual([0, 1]);
    expect([await rowsIn('intent_classification_logs_2026_11'), await plansCounted()]).toEqual([1, 1]);
    await expect(store.add([early])).resolves.toBe(0);
  });
});

it('counts an id once, whatever month it claims to have happened in', async () => {
  await makePartitions(db, now);
  const event = plan(day('2026-10-31'));
  const elsewhere = { ...event, occurTime: now };
  const odd = plan(now, uuidv4());
  await expect(store.add([event, odd])).resolves.toBe(2);
  await makePartitions(db, day('2026-12-15'));
  await expect(store.add([elsewhere, { ...odd, occurTime: day('2026-12-01') }])).resolves.toBe(0);
  expect(await plansCounted()).toBe(2);
});

describe('what was kept long enough', () => {
  it('goes with its month, when all of the month is old; the figures stay', async () => {
    await makePartitions(db, now);
    await store.add([plan(day('2026-10-02')), plan(day('2026-10-30')), plan(day('2026-11-01')), plan(now)]);
    await expect(dropOldPartitions(db, day('2026-10-31'))).resolves.toEqual([]);
    await expect(deleteOldRows(db, day('2026-10-31'))).resolves.toBe(0);
    await expect(dropOldPartitions(db, day('2026-11-02'))).resolves.toEqual([
      'usage_events_2026_10',
      'intent_classification_logs_2026_10',
    ]);
    expect([await rowsIn('usage_events'), await plansCounted()]).toEqual([2, 4]);
  });

  it('stays with a younger event whose id is old, so that this one is known when it comes again', async () => {
    await makePartitions(db, now);
    const late = plan(now, uuidv7({ msecs: day('2026-10-15').getTime() }));
    await store.add([late, plan(day('2026-10-15'))]);
    await expect(dropOldPartitions(db, day('2026-11-02'))).resolves.toEqual([]);
    await expect(store.add([late])).resolves.toBe(0);
    await expect(dropOldPartitions(db, day('2026-12-02'))).resolves.toContain('usage_events_2026_10');
  });

  it('goes row by row where its id is younger or of no time', async () => {
    await makePartitions(db, now);
    await store.add([
      plan(day('2026-09-01'), uuidv7({ msecs: now.getTime() })),
      plan(day('2026-09-01'), uuidv4()),
      plan(now),
    ]);
    await expect(deleteOldRows(db, day('2026-10-15'))).resolves.toBe(4);
    expect([await rowsIn('usage_events'), await rowsIn('intent_classification_logs')]).toEqual([1, 1]);
  });

  it('is never counted again', async () => {
    await makePartitions(db, now);
    const ingest = new IngestUsageEvents(store, { now: () => now, prompts: 'text', retentionDays: 15 });
    const old = plan(day('2026-10-31'));
    await store.add([old]);
    await dropOldPartitions(db, day('2026-11-02'));
    expect(keptSince(now, 15)).toEqual(day('2026-11-06'));
    await expect(ingest.ingest([old])).resolves.toMatchObject({ stored: 0, rejected: [{ eventId: old.eventId }] });
    expect(await plansCounted()).toBe(1);
  });
});

describe('a database of the version before', () => {
  const statements = {
    insert: (id: string) => sql`
      insert into analytics.usage_events
        (event_id, occurred_at, type, user_id, request_id, trace_id, service, service_version, payload)
      select * from json_to_recordset(${JSON.stringify([
        {
          event_id: id,
          occurred_at: now,
          type: 'preset_applied',
          user_id: 'sarah',
          request_id: '',
          trace_id: '',
          service: 'x',
          service_version: '1',
          payload: {},
        },
      ])}::json) as event(
        event_id uuid, occurred_at timestamptz, type text, user_id text, request_id text, trace_id text, service text,
        service_version text, payload jsonb)
      on conflict (event_id) do nothing returning event_id`,
    sweep: sql`
      delete from analytics.usage_events where ctid = any (array(
        select ctid from analytics.usage_events where occurred_at < ${day('2026-10-01')} limit 2000))`,
  };

  /** As it was before, with rows: of this month, of the past, of an odd id. */
  async function rebuildAsBefore(): Promise<UsageEvent[]> {
    await sql`drop schema analytics cascade`.execute(db);
    const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0005'));
    await migrate(database, analyticsSchema, before);
    const events = [plan(new Date()), plan(day('2026-09-01')), plan(new Date(), uuidv4())];
    await store.add(events);
    return events;
  }

  it('keeps its rows, which are known when they come again and go when they are old', async () => {
    const events = await rebuildAsBefore();
    await migrate(database, analyticsSchema, migrations);
    expect(await names()).toEqual(['before', 'other']);
    await makePartitions(db, new Date());
    expect(await names()).toHaveLength(4);
    await expect(store.add(events)).resolves.toBe(0);
    expect([await rowsIn('usage_events'), await rowsIn('intent_classification_logs'), await plansCounted()]).toEqual([
      3, 3, 3,
    ]);
    await expect(deleteOldRows(db, day('2026-09-02'))).resolves.toBe(2);
    expect(await rowsIn('usage_events')).toBe(2);
  });

  it('still takes what the version before writes, and refuses what would hit rows of other months', async () => {
    await rebuildAsBefore();
    await migrate(database, analyticsSchema, migrations);
    const id = uuidv7();
    await expect(statements.insert(id).execute(db)).resolves.toMatchObject({ rows: [{ event_id: id }] });
    await expect(statements.insert(id).execute(db)).resolves.toMatchObject({ rows: [] });
    await expect(statements.sweep.execute(db)).rejects.toMatchObject({ code: '55000' });
    expect(await rowsIn('usage_events')).toBe(4);
  });
});

it('keeps rows of minutes for a week and those of hours for ever', async () => {
  await store.add([plan(new Date(now.getTime() - 9 * 86_400_000)), plan(now)]);
  const { logger } = testRuntime('analytics').runtime;
  await new RetentionSweep({ db, now: () => now, logger, retentionDays: 0 }).run();
  const { rows } = await sql<{ grain: string; n: number }>`
    select grain, count(*)::int as n from analytics.intent_analytics group by 1 order by 1`.execute(db);
  expect(rows).toEqual([
    { grain: 'epoch', n: 1 },
    { grain: 'hour', n: 2 },
    { grain: 'minute', n: 1 },
  ]);
  expect(await names()).toContain('2027_01');
});
