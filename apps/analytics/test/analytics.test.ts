import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange, UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { openPglite, type Database } from '@atelier/persistence';
import { createLogger, loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, socketAddress, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { analyticsConfig, startAnalytics } from '../src/index.js';

const now = new Date('2026-11-21T12:30:00Z');
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const bySystem = { context: callAs(systemIdentity('gateway')) };
const byUser = { context: callAs('sarah') };

type Payload = Parameters<typeof UsageEvent.create>[0];
const event = (what: Payload): UsageEvent =>
  UsageEvent.create({ eventId: uuidv7(), occurTime: now, userId: 'sarah', service: 'gateway', ...what });
const generation = (change: GenerationChange, more: object = {}): UsageEvent =>
  event({ generationChanged: { change, workflow: Workflow.WORKFLOW_IMAGE_GENERATION, ...more } });

let lines: string[];
let database: Database;
let running: RunningService;
let client: GrpcClient<AnalyticsServiceService>;

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { runtime } = testRuntime('analytics');
  lines = [];
  const logger = createLogger(
    { service: 'analytics', version: 'test', level: 'warn' },
    { write: (line) => void lines.push(line) },
  );
  const surroundings = { ...runtime, logger };
  running = await startAnalytics({
    config: loadConfig(analyticsConfig, env),
    runtime: surroundings,
    address: socketAddress(),
    database,
    now: () => now,
  });
  client = createGrpcClient(AnalyticsServiceService, { target: running.address });
}
async function stop(): Promise<void> {
  client.close();
  await running.close();
}

describe('on a fresh database', () => {
  beforeAll(async () => {
    database = await openPglite('memory');
  }, 60_000);
  beforeEach(() => start());
  afterEach(async () => {
    await stop();
    await sql`drop schema analytics cascade`.execute(database.kysely());
  });
  afterAll(() => database.close());

  const ingest = (events: UsageEvent[]) => client.ingestUsageEvents({ events }, bySystem);

  describe('OK', () => {
    it('answers zeros before anything happened', async () => {
      await expect(client.getSystemStats({}, byUser)).resolves.toMatchObject({ totalJobs: 0, avgGenerationTimeS: 0 });
      await expect(client.getUsageStats({}, byUser)).resolves.toMatchObject({ totalCostMicros: 0 });
      await expect(client.getEndpointStats({}, byUser)).resolves.toEqual({ totalRequests: 0, endpoints: [] });
      await expect(client.getClassificationStats({ windowS: 3600 }, byUser)).resolves.toMatchObject({
        classifications: 0,
      });
    });

    it('counts every job by its outcome, and what it made and cost', async () => {
      const { GENERATION_CHANGE_QUEUED: queued, GENERATION_CHANGE_COMPLETED: completed } = GenerationChange;
      await ingest([
        generation(completed, { images: 2, durationMs: 4_000 }),
        generation(queued),
        generation(queued),
        generation(GenerationChange.GENERATION_CHANGE_STARTED),
        generation(GenerationChange.GENERATION_CHANGE_CANCELLED),
        generation(queued),
        event({ playgroundJobChanged: { jobType: 'image_enhancement', state: 'pending' } }),
        event({ playgroundJobChanged: { jobType: 'image_enhancement', state: 'failed' } }),
        event({ planCompleted: { workflow: Workflow.WORKFLOW_IMAGE_GENERATION, source: 'local' } }),
        event({ costRecorded: { kind: 'generation', amountMicros: 80_000 } }),
        event({ costRecorded: { kind: 'llm', amountMicros: 150 }, userId: 'omar' }),
      ]);
      await expect(client.getSystemStats({}, byUser)).resolves.toEqual({
        totalJobs: 4,
        jobsCompleted: 1,
        jobsFailed: 1,
        jobsCancelled: 1,
        jobsPending: 1,
        avgGenerationTimeS: 4,
      });
      await expect(client.getUsageStats({}, byUser)).resolves.toMatchObject({
        totalImagesGenerated: 2,
        totalWorkflowsExecuted: 1,
        totalCostMicros: 80_150,
      });
    });

    it('counts what a playground job bought for its images with the job, and not again', async () => {
      const { GENERATION_CHANGE_QUEUED: queued, GENERATION_CHANGE_COMPLETED: completed } = GenerationChange;
      const job = { jobType: 'background_replacement' };
      await ingest([
        event({ playgroundJobChanged: { ...job, state: 'pending' } }),
        generation(queued, { origin: 'playground' }),
        generation(completed, { origin: 'playground', images: 1, durationMs: 4_000 }),
        event({ costRecorded: { kind: 'playground', amountMicros: 33_600 } }),
        event({ playgroundJobChanged: { ...job, state: 'completed', images: 1, durationMs: 5_000 } }),
      ]);
      await expect(client.getSystemStats({}, byUser)).resolves.toMatchObject({ totalJobs: 1, jobsCompleted: 1 });
      await expect(client.getUsageStats({}, byUser)).resolves.toMatchObject({
        totalImagesGenerated: 1,
        totalCostMicros: 33_600,
      });
    });

    it('counts a repeated event once, within a batch and between batches', async () => {
      const one = generation(GenerationChange.GENERATION_CHANGE_QUEUED);
      await expect(ingest([one, one])).resolves.toEqual({ stored: 1, rejected: 0 });
      const shouting = { ...one, eventId: one.eventId.toUpperCase() };
      await expect(ingest([shouting, generation(GenerationChange.GENERATION_CHANGE_QUEUED)])).resolves.toMatchObject({
        stored: 1,
      });
      await expect(client.getSystemStats({}, byUser)).resolves.toMatchObject({ totalJobs: 2, jobsPending: 2 });
    });

    it('stores the good events of a batch beside the wrong ones, and logs what is wrong with those', async () => {
      const cost = { kind: 'llm', amountMicros: 7 };
      const outcome = ingest([
        event({ costRecorded: cost, eventId: 'event-1' }),
        event({ costRecorded: { ...cost, amountMicros: -7 } }),
        event({ costRecorded: cost, occurTime: minutesAgo(-6) }),
        event({}),
        event({ costRecorded: cost }),
      ]);
      await expect(outcome).resolves.toEqual({ stored: 1, rejected: 4 });
      await expect(client.getUsageStats({}, byUser)).resolves.toMatchObject({ totalCostMicros: 7 });
      expect(lines.find((line) => line.includes('"count":4'))).toContain('cost_recorded.amountMicros is negative');
    });

    it('stores text that SQL can not hold without losing the batch', async () => {
      const plan = { prompt: 'nul \u0000 and escaped \\u0000', source: 'lo\u0000cal', modelId: 'm'.repeat(10_000) };
      await expect(ingest([event({ planCompleted: plan, userId: 'sa\u0000rah' })])).resolves.toMatchObject({
        stored: 1,
      });
    });

    it('lists the 20 most called endpoints with error counts and a p95 of all calls', async () => {
      const call = (route: string, durationUs: number, status = 200): UsageEvent =>
        event({ endpointCalled: { route, method: 'GET', status, durationUs } });
      const many = Array.from({ length: 25 }, (_, n) => call(`/route-${n + 10}`, 1_000));
      const busy = Array.from({ length: 100 }, (_, n) => call('/busy', (n + 1) * 1_000, n < 3 ? 500 : 200));
      await ingest([...busy.slice(0, 50), ...many]);
      await ingest(busy.slice(50));
      const { totalRequests, endpoints } = await client.getEndpointStats({}, byUser);
      expect(totalRequests).toBe(125);
      expect(endpoints).toHaveLength(20);
      expect(endpoints[0]).toMatchObject({
        route: '/busy',
        method: 'GET',
        count: 100,
        errorCount: 3,
        avgResponseTimeMs: 50.5,
      });
      expect(endpoints[0]?.lastAccessTime).toEqual(now);
      expect(endpoints[0]?.p95ResponseTimeMs).toBeGreaterThan(95 / 1.19);
      expect(endpoints[0]?.p95ResponseTimeMs).toBeLessThan(95 * 1.19);
    });

    it('answers classification figures of a window, and of everything with 0', async () => {
      const plan = (minutes: number, what: object): UsageEvent =>
        event({ occurTime: minutesAgo(minutes), planCompleted: { workflow: Workflow.WORKFLOW_HAIR_STYLING, ...what } });
      await ingest([
        plan(0, { source: 'cache', cacheHit: true, confidence: 0.9, classificationUs: 100 }),
        plan(10, { source: 'fallback', confidence: 0.6, classificationUs: 300 }),
        plan(20, { source: 'local', confidence: 0.6, correctedFrom: Workflow.WORKFLOW_IMAGE_EDITING }),
        plan(600, { source: 'llm', confidence: 0.1, fallbackUsed: true }),
        event({ errorOccurred: { path: '/api/v1/enhanced/process', status: 503 } }),
        event({ errorOccurred: { path: '/api/v1/enhanced/process', status: 422 } }),
      ]);
      const hour = await client.getClassificationStats({ windowS: 3600 }, byUser);
      expect(hour).toMatchObject({
        classifications: 3,
        cacheHits: 1,
        fallbacks: 1,
        corrections: 1,
        errors: 1,
        feedbackCount: 0,
      });
      expect(hour.avgConfidence).toBeCloseTo(0.7);
      expect(hour.byWorkflow).toEqual({ hair_styling: 3 });
      expect(hour.bySource).toEqual({ cache: 1, fallback: 1, local: 1 });
      await expect(client.getClassificationStats({ windowS: 0 }, byUser)).resolves.toMatchObject({
        classifications: 4,
        fallbacks: 2,
      });
    });
  });

  describe('INVALID_ARGUMENT', () => {
    it('refuses an empty and an over-long batch', async () => {
      const tooMany = Array.from({ length: 2_001 }, () => event({ presetApplied: { presetId: 'x' } }));
      for (const events of [[], tooMany]) {
        await expect(ingest(events)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'USAGE_BATCH_INVALID' });
      }
    });

    it('refuses a negative window', async () => {
      await expect(client.getClassificationStats({ windowS: -1 }, byUser)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        violations: [{ field: 'window_s' }],
      });
    });
  });

  describe('PERMISSION_DENIED', () => {
    it('takes events from services only, whatever a user is called or may do', async () => {
      const outsiders = [
        'sarah',
        { userId: 'root', scopes: ['admin'] as const },
        { userId: 'system:gateway', scopes: ['read', 'generate'] as const },
      ];
      const events = [event({ costRecorded: { amountMicros: 1 } })];
      for (const outsider of outsiders) {
        const call = client.ingestUsageEvents({ events }, { context: callAs(outsider) });
        await expect(call).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'SERVICES_ONLY' });
      }
      await expect(client.getUsageStats({}, byUser)).resolves.toMatchObject({ totalCostMicros: 0 });
    });
  });

  describe('UNAUTHENTICATED', () => {
    it('answers nobody without a verified identity', async () => {
      const context = { requestId: 'r-1' };
      const calls = [
        client.ingestUsageEvents({ events: [] }, { context }),
        client.getSystemStats({}, { context }),
        client.getUsageStats({}, { context }),
        client.getEndpointStats({}, { context }),
        client.getClassificationStats({ windowS: 0 }, { context }),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });
  });
});

it('still knows everything after a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'atelier-analytics-'));
  database = await openPglite(directory);
  await start();
  await client.ingestUsageEvents({ events: [generation(GenerationChange.GENERATION_CHANGE_QUEUED)] }, bySystem);
  const before = await client.getSystemStats({}, byUser);
  await stop();
  await database.close();

  database = await openPglite(directory);
  await start();
  await expect(client.getSystemStats({}, byUser)).resolves.toEqual(before);
  expect(before.totalJobs).toBe(1);
  await stop();
  await database.close();
}, 60_000);
