import {
  AnalyticsServiceService,
  ExperimentServiceService,
  GetExperimentResultsRequest,
  type GetExperimentResultsResponse,
} from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange, UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime, type TestDatabase } from '@atelier/testing';
import { v7 as uuidv7 } from 'uuid';
import { analyticsConfig, startAnalytics } from '../src/index.js';

const now = new Date('2026-11-21T12:30:00Z');
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const bySystem = { context: callAs(systemIdentity('gateway')) };
const admin = { context: callAs({ userId: 'root', scopes: ['admin'] }) };

let opened: TestDatabase;
let running: RunningService;
let analytics: GrpcClient<AnalyticsServiceService>;
let experiments: GrpcClient<ExperimentServiceService>;
beforeAll(async () => {
  opened = await openTestDatabase();
  running = await startAnalytics({
    config: loadConfig(analyticsConfig, { ALERT_EVALUATION_INTERVAL: '0' }),
    runtime: testRuntime('analytics').runtime,
    address: socketAddress(),
    database: opened.database,
    now: () => now,
  });
  analytics = createGrpcClient(AnalyticsServiceService, { target: running.address });
  experiments = createGrpcClient(ExperimentServiceService, { target: running.address });
}, 60_000);
afterAll(async () => {
  analytics.close();
  experiments.close();
  await running.close();
  await opened.close();
});

type What = Parameters<typeof UsageEvent.create>[0];
const event = (userId: string, minutes: number, what: What): UsageEvent =>
  UsageEvent.create({ eventId: uuidv7(), occurTime: minutesAgo(minutes), userId, service: 'gateway', ...what });
const seen = (userId: string, experiment: string, variant: string, minutes = 60) =>
  event(userId, minutes, { experimentExposed: { experiment, variant } });
const judged = (userId: string, correct: boolean, minutes = 30): UsageEvent[] => {
  const requestId = uuidv7();
  const plan = { workflow: Workflow.WORKFLOW_IMAGE_GENERATION, source: 'local' };
  return [
    event(userId, minutes, { requestId, planCompleted: plan }),
    event(userId, minutes - 1, { feedbackGiven: { planRequestId: requestId, correct, rating: correct ? 5 : 2 } }),
  ];
};
const generated = (userId: string, more: { isGood?: boolean; parentId?: string; minutes?: number } = {}) => {
  const { isGood = true, parentId = '', minutes = 30 } = more;
  const { GENERATION_CHANGE_QUEUED: queued, GENERATION_CHANGE_COMPLETED, GENERATION_CHANGE_FAILED } = GenerationChange;
  const end = isGood ? GENERATION_CHANGE_COMPLETED : GENERATION_CHANGE_FAILED;
  return [
    event(userId, minutes, { generationChanged: { change: queued, parentId } }),
    event(userId, minutes - 1, { generationChanged: { change: end, actualCostMicros: isGood ? 40_000 : 0 } }),
  ];
};
const ingest = async (events: UsageEvent[]): Promise<void> => {
  for (let from = 0; from < events.length; from += 1_000)
    await analytics.ingestUsageEvents({ events: events.slice(from, from + 1_000) }, bySystem);
};
const results = (experiment: string, more: Partial<GetExperimentResultsRequest> = {}) =>
  experiments.getExperimentResults(
    GetExperimentResultsRequest.create({ experiment, control: 'classic', ...more }),
    admin,
  );
const figure = ({ variants }: GetExperimentResultsResponse, variant: string, metric: string) =>
  variants.find((one) => one.variant === variant)?.figures.find((one) => one.metric === metric);

it('joins what users did after they saw a variant, once, in whatever order it is told', async () => {
  const events = [
    seen('ann', 'first', 'ai'),
    ...judged('ann', true),
    ...judged('ann', false),
    ...generated('ann'),
    ...generated('ann', { isGood: false, parentId: 'earlier' }),
    // Before she saw it, and somebody who saw nothing.
    ...judged('ann', false, 90),
    ...generated('ann', { minutes: 90, parentId: 'earlier' }),
    ...generated('ben', { parentId: 'earlier' }),
    seen('cid', 'first', 'classic'),
    ...generated('cid'),
  ];
  await ingest(events.toReversed());
  await ingest(events);
  const found = await results('first');
  expect(found.variants.map(({ variant, users }) => [variant, users])).toEqual([
    ['classic', 1],
    ['ai', 1],
  ]);
  expect(figure(found, 'ai', 'accuracy')).toMatchObject({ value: 0.5, cases: 2, users: 1 });
  expect(figure(found, 'ai', 'rating')).toMatchObject({ value: 3.5 });
  expect(figure(found, 'ai', 'success_rate')).toMatchObject({ value: 0.5 });
  expect(figure(found, 'ai', 'regenerations')).toMatchObject({ value: 0.5, cases: 2 });
  expect(figure(found, 'ai', 'cost_per_generation')).toMatchObject({ value: 40_000, cases: 1 });
  expect(figure(found, 'classic', 'accuracy')?.value).toBeUndefined();
  expect(found.comparisons.every(({ tooFew }) => tooFew)).toBe(true);
});

it('counts an exposure from its earliest report on, and outcomes until the end', async () => {
  await ingest([
    seen('dan', 'timed', 'ai', 20),
    ...generated('dan', { minutes: 40 }),
    ...generated('dan', { minutes: 5 }),
  ]);
  expect(figure(await results('timed'), 'ai', 'success_rate')).toMatchObject({ cases: 1 });
  await ingest([seen('dan', 'timed', 'ai', 50)]);
  expect(figure(await results('timed'), 'ai', 'success_rate')).toMatchObject({ cases: 2 });
  const stopped = await results('timed', { endTime: minutesAgo(10) });
  expect(figure(stopped, 'ai', 'success_rate')).toMatchObject({ cases: 1 });
});

it('leaves users out who saw several variants', async () => {
  await ingest([
    seen('eve', 'crossed', 'ai'),
    seen('eve', 'crossed', 'classic'),
    ...generated('eve'),
    seen('fay', 'crossed', 'ai'),
  ]);
  const found = await results('crossed');
  expect(found.crossedUsers).toBe(1);
  expect(found.variants).toMatchObject([{ variant: 'ai', users: 1 }]);
});

it('finds the better variant of a preset as of anything else, and users that were shared out wrongly', async () => {
  const experiment = `preset:${uuidv7()}`;
  const users = Array.from({ length: 600 }, (_, index) => ({ id: `p${index}`, variant: index % 2 === 0 ? 'a' : 'b' }));
  await ingest(
    users.flatMap(({ id, variant }, index) => [
      seen(id, experiment, variant),
      // 70 % and 90 % right.
      ...judged(id, index % 20 < (variant === 'a' ? 14 : 18)),
    ]),
  );
  const found = await results(experiment, { control: 'a', treatmentShare: 0.5 });
  const accuracy = found.comparisons.find(({ metric }) => metric === 'accuracy');
  expect(accuracy).toMatchObject({ variant: 'b', tooFew: false, verdict: 'better' });
  expect(accuracy?.lift).toBeCloseTo(0.9 / 0.7 - 1, 1);
  expect(accuracy?.liftLow).toBeGreaterThan(0);
  expect(found.sampleRatioPValue).toBe(1);
  expect((await results(experiment, { control: 'a', treatmentShare: 0.3 })).sampleRatioPValue).toBeLessThan(0.001);
  const { experiments: listed } = await experiments.listExposedExperiments({ limit: 100 }, admin);
  expect(listed.find((one) => one.experiment === experiment)).toMatchObject({
    variants: ['a', 'b'],
    users: [300, 300],
  });
}, 60_000);

it('answers nothing of an experiment that nobody saw, and refuses what makes no sense', async () => {
  await expect(results('unknown')).resolves.toMatchObject({ variants: [], comparisons: [], crossedUsers: 0 });
  for (const wrong of [{ experiment: '' }, { control: '' }, { treatmentShare: 1 }, { treatmentShare: Number.NaN }])
    await expect(results('x', wrong)).rejects.toMatchObject({ reason: 'EXPERIMENT_QUERY_INVALID' });
  const nobody = { context: callAs('sarah') };
  await expect(
    experiments.getExperimentResults(GetExperimentResultsRequest.create({ experiment: 'x', control: 'a' }), nobody),
  ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  await expect(experiments.listExposedExperiments({ limit: 0 }, nobody)).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
  });
});
