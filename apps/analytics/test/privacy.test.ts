import { AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { DeleteUserDataRequest, PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import {
  callAs,
  dumpRows,
  openTestDatabase,
  personalColumns,
  placesOf,
  socketAddress,
  testRuntime,
  type TestDatabase,
} from '@atelier/testing';
import { v7 as uuidv7 } from 'uuid';
import { analyticsConfig, startAnalytics } from '../src/index.js';
import { personalTables } from '../src/infra/privacy/personal-tables.js';

const now = new Date('2026-11-21T12:30:00Z');
const bySystem = { context: callAs(systemIdentity('gateway')) };

let opened: TestDatabase;
let running: RunningService;
let analytics: GrpcClient<AnalyticsServiceService>;
let privacy: GrpcClient<PrivacyServiceService>;
beforeAll(async () => {
  opened = await openTestDatabase();
  running = await startAnalytics({
    config: loadConfig(analyticsConfig, {}),
    runtime: testRuntime('analytics').runtime,
    address: socketAddress(),
    database: opened.database,
    now: () => now,
  });
  analytics = createGrpcClient(AnalyticsServiceService, { target: running.address });
  privacy = createGrpcClient(PrivacyServiceService, { target: running.address });
}, 60_000);
afterAll(async () => {
  analytics.close();
  privacy.close();
  await running.close();
  await opened.close();
});

type Payload = Parameters<typeof UsageEvent.create>[0];
const eventsOf = (userId: string, occurTime = now): UsageEvent[] => {
  const requestId = `plan-of-${userId}`;
  const event = (what: Payload): UsageEvent =>
    UsageEvent.create({
      eventId: uuidv7({ msecs: occurTime.getTime() }),
      occurTime,
      userId,
      requestId,
      service: 'gateway',
      ...what,
    });
  const workflow = Workflow.WORKFLOW_IMAGE_GENERATION;
  return [
    event({ planCompleted: { prompt: `a heron for ${userId}`, workflow, source: 'local', confidence: 0.9 } }),
    event({ feedbackGiven: { planRequestId: requestId, correct: true, rating: 5, comment: `thanks, ${userId}` } }),
    event({
      costRecorded: { generationId: `made-by-${userId}`, kind: 'generation', provider: 'p', amountMicros: 40_000 },
    }),
    event({ suggestionUsed: { text: `secret idea of ${userId}`, category: 'mood' } }),
  ];
};
const store = (events: UsageEvent[]) => analytics.ingestUsageEvents({ events }, bySystem);
const erase = (userId: string) =>
  privacy.deleteUserData(DeleteUserDataRequest.create({ userId }), { context: callAs(userId) });
const figures = () =>
  Promise.all([
    analytics.getUsageStats({}, bySystem),
    analytics.getClassificationStats({ windowS: 0 }, bySystem),
    analytics.getSystemStats({}, bySystem),
  ]);

it('covers every column that names a user', async () => {
  const covered = new Set(personalTables.map(({ table }) => table.replace('analytics.', '')));
  const places = await personalColumns(opened.database, 'analytics');
  expect(places.filter((place) => !covered.has(place.split('.')[0] ?? ''))).toEqual([]);
});

it('exports what was reported about the caller and about nobody else', async () => {
  await store([...eventsOf('ann'), ...eventsOf('ben')]);
  const records: string[] = [];
  for await (const { record } of privacy.exportUserData({ userId: '' }, { context: callAs('ann') }))
    records.push(`${record?.kind} ${record?.json}`);
  expect(records.filter((record) => record.startsWith('usage_events '))).toHaveLength(4);
  expect(records.join()).toContain('thanks, ann');
  expect(records.join()).not.toContain('ben');
});

it('leaves no word of an erased user, every figure as it was, and others untouched', async () => {
  const events = eventsOf('evelyn');
  await store([...events, ...eventsOf('bob')]);
  const isOthers = (row: string): boolean => row.includes('bob');
  const [before, others] = [await figures(), await dumpRows(opened.database, isOthers)];
  expect((await erase('evelyn')).complete).toBe(true);
  const texts = ['evelyn', 'heron for evelyn', 'secret idea of evelyn', 'made-by-evelyn', 'plan-of-evelyn'];
  expect(await placesOf(opened.database, texts)).toEqual([]);
  expect(await figures()).toEqual(before);
  expect(await dumpRows(opened.database, isOthers)).toEqual(others);

  // An event that is delivered once more is not counted once more.
  await store(events);
  expect(await figures()).toEqual(before);
});

it('leaves others untouched whose rows have the same places in other months', async () => {
  const isOthers = (row: string): boolean => row.includes('of-kim') || row.includes('"kim"');
  // Each month is a table of its own, in which places begin anew.
  for (const [user, month] of [
    ['kim', 9],
    ['lea', 10],
  ] as const)
    await store(eventsOf(user, new Date(Date.UTC(2026, month, 2))));
  const others = await dumpRows(opened.database, isOthers);
  expect((await erase('lea')).complete).toBe(true);
  expect(await placesOf(opened.database, ['plan-of-lea', 'thanks, lea'])).toEqual([]);
  expect(await dumpRows(opened.database, isOthers)).toEqual(others);
});

it('takes up what arrives after an erasure in the next one, into the same sums', async () => {
  const pseudonym = 'erased-1b4e28ba-2fa1-41d2-883f-0016d3cca427';
  const request = DeleteUserDataRequest.create({ userId: 'liz', pseudonym });
  const again = () => privacy.deleteUserData(request, { context: callAs('liz') });
  await store(eventsOf('liz'));
  await again();
  await store(eventsOf('liz'));
  const before = await figures();
  expect(await again()).toMatchObject({ complete: true });
  expect(await placesOf(opened.database, ['liz'])).toEqual([]);
  expect(await figures()).toEqual(before);
  expect((await again()).kinds).toEqual([]);
});
