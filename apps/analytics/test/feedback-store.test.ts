import { Workflow } from '@atelier/contracts/creative/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { migrate, type Database } from '@atelier/persistence';
import { openTestDatabase } from '@atelier/testing';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { classificationLogOf } from '../src/domain/classification-log.js';
import { judge } from '../src/domain/judged-plan.js';
import { judgementOf, latestJudgements } from '../src/domain/judgement.js';
import type { RollupDelta } from '../src/domain/rollup.js';
import { rollups } from '../src/domain/rollups.js';
import { feedbackDeltas } from '../src/domain/rollups/feedback-rollup.js';
import { analyticsSchema, migrations } from '../src/infra/migrations.js';
import { deleteOldRows } from '../src/infra/sql-retention.js';
import { SqlStatsStore, type AnalyticsTables } from '../src/infra/sql-stats-store.js';
import { SqlUsageStore } from '../src/infra/sql-usage-store.js';

let database: Database;
let close: () => Promise<void>;
let db: Kysely<unknown>;
let store: SqlUsageStore;
let stats: SqlStatsStore;

beforeAll(async () => {
  ({ database, close } = await openTestDatabase());
  db = database.kysely();
  await migrate(database, analyticsSchema, migrations);
  store = new SqlUsageStore(db, rollups);
  stats = new SqlStatsStore(database.kysely<AnalyticsTables>());
}, 60_000);
afterAll(() => close());
beforeEach(clear);

async function clear(): Promise<void> {
  const tables = ['usage_events', 'intent_classification_logs', 'plan_feedback', 'feedback_analytics'];
  const all = [...tables, ...rollups.map(({ table }) => table)].map((table) => sql.table(`analytics.${table}`));
  await sql`truncate ${sql.join(all)}`.execute(db);
}

const noon = new Date('2026-11-21T12:00:00Z');
const minutes = (count: number): Date => new Date(noon.getTime() + count * 60_000);
const { WORKFLOW_IMAGE_GENERATION: image, WORKFLOW_TEXT_TO_VIDEO: video } = Workflow;

const planned = (requestId: string, at = noon, more: object = {}, userId = 'sarah'): UsageEvent =>
  UsageEvent.create({
    eventId: uuidv7(),
    occurTime: at,
    userId,
    requestId,
    planCompleted: { workflow: image, source: 'local', confidence: 0.9, ...more },
  });
const said = (planRequestId: string, correct: boolean, at = minutes(1), more: object = {}, userId = 'sarah') =>
  UsageEvent.create({
    eventId: uuidv7(),
    occurTime: at,
    userId,
    requestId: uuidv7(),
    feedbackGiven: { planRequestId, correct, ...more },
  });
const judged = async (): Promise<{ judged: number; correct: number }> => {
  const rows = await stats.feedback();
  const sum = (name: 'judged' | 'correct'): number => rows.reduce((total, row) => total + row[name], 0);
  return { judged: sum('judged'), correct: sum('correct') };
};

it.each([
  ['the plan first', false],
  ['the judgement first', true],
])('joins a plan and what its user said, %s, in one delivery or in two', async (_name, backwards) => {
  const events = [planned('r-1'), said('r-1', false, minutes(1), { expectedWorkflow: video, rating: 2 })];
  if (backwards) events.reverse();
  for (const event of events) await store.add([event]);
  const rows = [
    {
      workflow: 'image_generation',
      source: 'local',
      expectedWorkflow: 'text_to_video',
      judged: 1,
      correct: 0,
      rated: 1,
      rating: 2,
    },
  ];
  await expect(stats.feedback()).resolves.toEqual(rows);
  await clear();
  await store.add(events);
  await expect(stats.feedback()).resolves.toEqual(rows);
});

it('counts nothing for plans that are unknown, nameless or somebody else’s', async () => {
  await store.add([planned('r-1'), planned('r-2', noon, {}, 'omar'), planned('', noon)]);
  await store.add([said('r-9', true), said('r-1', true, noon, {}, 'omar'), said('r-2', true), said('', true)]);
  await store.add([said('r-1', true, noon, {}, ''), planned('r-1', noon, {}, '')]);
  await expect(judged()).resolves.toEqual({ judged: 0, correct: 0 });
});

it('counts a plan once, by the latest judgement, whichever came last', async () => {
  await store.add([planned('r-1'), said('r-1', false, minutes(3), { expectedWorkflow: video, rating: 1 })]);
  await store.add([said('r-1', true, minutes(2), { rating: 5 })]);
  await expect(judged()).resolves.toEqual({ judged: 1, correct: 0 });
  await store.add([said('r-1', true, minutes(4), { rating: 4 })]);
  await expect(stats.feedback()).resolves.toMatchObject([
    { expectedWorkflow: 'image_generation', judged: 1, correct: 1, rated: 1, rating: 4 },
  ]);
});

it('counts the plan that was made last under a request id that was used twice', async () => {
  await store.add([planned('r-1'), said('r-1', false, minutes(9), { expectedWorkflow: video })]);
  await store.add([planned('r-1', minutes(5), { workflow: Workflow.WORKFLOW_STYLE_TRANSFER, source: 'llm' })]);
  await expect(stats.feedback()).resolves.toMatchObject([{ workflow: 'style_transfer', source: 'llm', judged: 1 }]);
});

it('counts no judgement that contradicts itself', async () => {
  await store.add([
    planned('r-1'),
    said('r-1', true, noon, { expectedWorkflow: video }),
    planned('r-2'),
    said('r-2', false, noon, { expectedWorkflow: image }),
    planned('r-3'),
    said('r-3', true, noon, { expectedWorkflow: image }),
  ]);
  await expect(judged()).resolves.toEqual({ judged: 1, correct: 1 });
});

it('counts what was said about a plan in the hour of the plan', async () => {
  await store.add([planned('r-1', minutes(-61)), said('r-1', true, minutes(30)), planned('r-2'), said('r-2', false)]);
  await expect(stats.feedback(minutes(0))).resolves.toMatchObject([{ judged: 1, correct: 0 }]);
  await expect(judged()).resolves.toEqual({ judged: 2, correct: 1 });
});

it('misses nothing when plans and judgements are stored at the same time', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `r-${index}`);
  await Promise.all(ids.flatMap((id) => [store.add([planned(id)]), store.add([said(id, true)])]));
  await expect(judged()).resolves.toEqual({ judged: 40, correct: 40 });
}, 60_000);

const feedbackEvent = fc
  .record({
    eventId: fc.uuid({ version: 7 }),
    occurTime: fc.constantFrom(0, 1, 2, 59, 60).map(minutes),
    userId: fc.constantFrom('sarah', 'omar', ''),
    name: fc.constantFrom('r-1', 'r-2', 'r-3', ''),
    workflow: fc.integer({ min: 0, max: 3 }),
    source: fc.constantFrom('local', 'cache', 'odd'),
    correct: fc.boolean(),
    rating: fc.integer({ min: 0, max: 6 }),
    isPlan: fc.boolean(),
  })
  .map(({ name, workflow, source, correct, rating, isPlan, ...event }) =>
    UsageEvent.create({
      ...event,
      ...(isPlan
        ? { requestId: name, planCompleted: { workflow, source } }
        : { feedbackGiven: { planRequestId: name, correct, expectedWorkflow: workflow, rating } }),
    }),
  );

/** What the rollup should be, straight from the rules. */
function recount(events: readonly UsageEvent[]): RollupDelta[] {
  const plans = events.flatMap((event) => classificationLogOf(event) ?? []);
  const latest = [...plans].sort(
    (a, b) => b.plannedAt.getTime() - a.plannedAt.getTime() || (a.eventId < b.eventId ? 1 : -1),
  );
  const changes = latestJudgements(events.flatMap((event) => judgementOf(event) ?? [])).flatMap((judgement) => {
    const plan = latest.find(
      ({ userId, requestId }) => userId === judgement.userId && requestId === judgement.requestId,
    );
    return plan ? [{ before: undefined, after: judge(plan, judgement) }] : [];
  });
  return feedbackDeltas(changes);
}

const asText = (rows: readonly (Pick<RollupDelta, 'grain' | 'periodStart' | 'labels' | 'sums'> & object)[]): string[] =>
  rows.map(({ grain, periodStart, labels, sums }) => JSON.stringify([grain, periodStart, labels, sums])).sort();

async function storedRows(): Promise<string[]> {
  const { rows } = await sql<{
    grain: RollupDelta['grain'];
    period_start: Date;
    workflow: string;
    source: string;
    expected_workflow: string;
    judged: number;
    correct: number;
    rated: number;
    rating: number;
  }>`select * from analytics.feedback_analytics where judged <> 0`.execute(db);
  return asText(
    rows.map(({ grain, period_start, workflow, source, expected_workflow, judged: count, correct, rated, rating }) => ({
      grain,
      periodStart: period_start,
      labels: { workflow, source, expected_workflow },
      sums: { judged: count, correct, rated, rating },
    })),
  );
}

it('has the counts that the rules give, however events are ordered, split and repeated', async () => {
  const deliveries = fc
    .uniqueArray(feedbackEvent, { selector: ({ eventId }) => eventId, minLength: 1, maxLength: 25 })
    .chain((events) =>
      fc.record({
        events: fc.constant(events),
        order: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
        size: fc.integer({ min: 1, max: 6 }),
        again: fc.subarray(events),
      }),
    );
  await fc.assert(
    fc.asyncProperty(deliveries, async ({ events, order, size, again }) => {
      await clear();
      for (let from = 0; from < order.length; from += size) await store.add(order.slice(from, from + size));
      if (again.length > 0) await store.add(again);
      expect(await storedRows()).toEqual(asText(recount(events)));
    }),
    { numRuns: 40 },
  );
}, 120_000);

describe('what was kept long enough', () => {
  const old = minutes(-60 * 24 * 400);
  const before = minutes(-60 * 24 * 366);
  const count = async (table: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(`analytics.${table}`)}`.execute(db);
    return rows[0]?.n ?? 0;
  };

  it('is deleted, and nothing else; no figure changes', async () => {
    const olds = Array.from({ length: 2_500 }, (_, index) => planned(`old-${index}`, old));
    await store.add(olds.slice(0, 2_000));
    await store.add([...olds.slice(2_000), said('old-1', true, old)]);
    await store.add([planned('new'), said('new', false)]);
    const [intents, figures] = [await stats.intents(), await stats.feedback()];
    await expect(deleteOldRows(db, before)).resolves.toBe(5_002);
    for (const table of ['intent_classification_logs', 'plan_feedback']) await expect(count(table)).resolves.toBe(1);
    await expect(count('usage_events')).resolves.toBe(2);
    await expect(stats.intents()).resolves.toEqual(intents);
    await expect(stats.feedback()).resolves.toEqual(figures);
  }, 60_000);

  it('keeps what was counted when a plan is gone and its judgement is not', async () => {
    await store.add([planned('r-1', old), said('r-1', true)]);
    await deleteOldRows(db, before);
    await store.add([said('r-1', false, minutes(5))]);
    await expect(judged()).resolves.toEqual({ judged: 1, correct: 1 });
  });

  it('keeps a judgement as long as its plan, so that it can be taken back', async () => {
    await store.add([planned('r-1', before), said('r-1', true, old)]);
    await deleteOldRows(db, before);
    await store.add([said('r-1', false, minutes(5))]);
    await expect(judged()).resolves.toEqual({ judged: 1, correct: 0 });
  });
});
