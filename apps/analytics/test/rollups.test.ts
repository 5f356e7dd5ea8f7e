import { UsageEvent } from '@atelier/contracts/usage/v1';
import { migrate, openPglite, type Database } from '@atelier/persistence';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import { rollUp, type RollupDelta } from '../src/domain/rollup.js';
import { rollups } from '../src/domain/rollups.js';
import { payloadTypes } from '../src/domain/usage-payload.js';
import { analyticsSchema, migrations } from '../src/infra/migrations.js';
import { SqlUsageStore } from '../src/infra/sql-usage-store.js';
import { usageEvent } from './usage-event-arbitrary.js';

let database: Database;
let db: Kysely<unknown>;
let store: SqlUsageStore;

beforeAll(async () => {
  database = await openPglite('memory');
  db = database.kysely();
  await migrate(database, analyticsSchema, migrations);
  store = new SqlUsageStore(db, rollups);
}, 60_000);
afterAll(() => database.close());

async function clear(): Promise<void> {
  const tables = ['usage_events', ...rollups.map(({ table }) => table)].map((table) => sql.table(`analytics.${table}`));
  await sql`truncate ${sql.join(tables)}`.execute(db);
}

/** The events as they can be read back from their rows. */
async function storedEvents(): Promise<UsageEvent[]> {
  const { rows } = await sql<{ event_id: string; occurred_at: Date; user_id: string; type: string; payload: object }>`
    select event_id, occurred_at, user_id, type, payload from analytics.usage_events`.execute(db);
  return rows.map((row) => {
    const [field] = Object.entries(payloadTypes).find(([, type]) => type === row.type) ?? [];
    const what = { [field ?? '']: row.payload };
    return UsageEvent.create({ eventId: row.event_id, occurTime: row.occurred_at, userId: row.user_id, ...what });
  });
}

interface StoredRow extends Record<string, unknown> {
  readonly grain: RollupDelta['grain'];
  readonly period_start: Date;
  readonly latency: number[];
  readonly last_at: Date;
}

async function storedRollup({ table, labels, sums }: (typeof rollups)[number]): Promise<RollupDelta[]> {
  const { rows } = await sql<StoredRow>`select * from ${sql.table(`analytics.${table}`)}`.execute(db);
  const pick = <Value>(row: StoredRow, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, row[name] as Value]));
  return rows.map((row) => ({
    grain: row.grain,
    periodStart: row.period_start,
    labels: pick<string>(row, labels),
    sums: pick<number>(row, sums),
    latency: row.latency,
    lastAt: row.last_at,
  }));
}

const inAnyOrder = (rows: readonly RollupDelta[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** The same events in another order, some of them several times, in batches. */
const deliveries = fc
  .uniqueArray(usageEvent, { selector: ({ eventId }) => eventId, minLength: 1, maxLength: 40 })
  .chain((events) =>
    fc.record({
      events: fc.constant(events),
      batches: fc
        .array(fc.array(fc.constantFrom(...events), { maxLength: 15 }), { maxLength: 6 })
        .map((again) => [...again, events, ...again.toReversed()]),
    }),
  );

it('has the rollups that a recount of the stored rows gives, however events are ordered and repeated', async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, async ({ events, batches }) => {
      await clear();
      let stored = 0;
      for (const batch of batches) {
        const once = [...new Map(batch.map((event) => [event.eventId, event])).values()];
        if (once.length > 0) stored += await store.add(once);
      }
      expect(stored).toBe(events.length);
      const recount = await storedEvents();
      expect(recount).toHaveLength(events.length);
      for (const rollup of rollups) {
        expect(inAnyOrder(await storedRollup(rollup))).toEqual(inAnyOrder(rollUp(rollup, recount)));
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

it('stores neither events nor rollups of a batch that fails half-way', async () => {
  await clear();
  const failing = new SqlUsageStore(db, [
    ...rollups,
    {
      table: 'missing',
      grains: ['epoch'],
      labels: [],
      sums: ['n'],
      contribution: () => ({ labels: {}, sums: { n: 1 } }),
    },
  ]);
  const [event] = fc.sample(usageEvent, 1);
  await expect(failing.add(event ? [event] : [])).rejects.toThrow('missing');
  expect(await storedEvents()).toHaveLength(0);
  for (const rollup of rollups) expect(await storedRollup(rollup)).toHaveLength(0);
});
