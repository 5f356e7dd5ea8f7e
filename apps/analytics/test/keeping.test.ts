import { AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import { GenerationChange, UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import type { Database } from '@atelier/persistence';
import { createLogger, loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { RetentionSweep } from '../src/infra/retention-sweep.js';
import { analyticsConfig, startAnalytics } from '../src/index.js';

let database: Database;
let closeDatabase: () => Promise<void>;
beforeAll(async () => {
  ({ database, close: closeDatabase } = await openTestDatabase());
}, 60_000);
afterAll(() => closeDatabase());

let running: RunningService;
let client: GrpcClient<AnalyticsServiceService>;
afterEach(async () => {
  client.close();
  await running.close();
  await sql`drop schema analytics cascade`.execute(database.kysely());
});

const { runtime } = testRuntime('analytics');
const now = new Date('2026-11-21T12:30:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

async function start(
  env: Readonly<Record<string, string>>,
  at = now,
  logger: typeof runtime.logger = runtime.logger,
): Promise<void> {
  running = await startAnalytics({
    config: loadConfig(analyticsConfig, env),
    runtime: { ...runtime, logger },
    address: socketAddress(),
    database,
    now: () => at,
  });
  client = createGrpcClient(AnalyticsServiceService, { target: running.address });
}
const ingest = (events: UsageEvent[]) =>
  client.ingestUsageEvents({ events }, { context: callAs(systemIdentity('gateway')) });
const event = (what: Parameters<typeof UsageEvent.create>[0]): UsageEvent =>
  UsageEvent.create({
    eventId: uuidv7({ msecs: now.getTime() }),
    occurTime: now,
    userId: 'sarah',
    requestId: 'r-1',
    ...what,
  });
/** All words that the database holds. */
async function everything(): Promise<string> {
  const tables = ['usage_events', 'intent_classification_logs', 'plan_feedback'];
  const read = tables.map((table) => sql`select * from ${sql.table(`analytics.${table}`)}`.execute(database.kysely()));
  return JSON.stringify((await Promise.all(read)).map(({ rows }) => rows));
}

const words = 'a secret birthday party';
const events = (): UsageEvent[] => [
  event({ planCompleted: { prompt: words, source: 'local' } }),
  event({ generationChanged: { change: GenerationChange.GENERATION_CHANGE_QUEUED, title: words } }),
];

it('keeps prompts as they are unless it is told otherwise', async () => {
  await start({});
  await ingest(events());
  expect((await everything()).split(words)).toHaveLength(4);
});

it('keeps no word of a prompt where only hashes are wanted, and knows equal prompts', async () => {
  await start({ USAGE_PROMPTS: 'hash' });
  await ingest([...events(), event({ planCompleted: { prompt: words }, requestId: 'r-2' })]);
  expect(await everything()).not.toContain('birthday');
  const { rows } = await sql<{ prompt: string; prompt_hashed: boolean }>`
    select distinct prompt, prompt_hashed from analytics.intent_classification_logs`.execute(database.kysely());
  expect(rows).toEqual([{ prompt: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), prompt_hashed: true }]);
});

it('refuses what is older than what it keeps: nobody knows any more whether it was counted', async () => {
  await start({ USAGE_RETENTION_DAYS: '30' });
  const old = event({ planCompleted: {}, occurTime: daysAgo(31) });
  const young = event({ planCompleted: {}, occurTime: daysAgo(29) });
  await expect(ingest([old, young])).resolves.toEqual({ stored: 1, rejected: 1 });
});

it('deletes what was kept long enough when it starts, and keeps the figures', async () => {
  await start({});
  await ingest([...events(), event({ feedbackGiven: { planRequestId: 'r-1', correct: true } })]);
  client.close();
  await running.close();
  const swept = Promise.withResolvers<string>();
  const stream = { write: (line: string) => void (line.includes('old rows') && swept.resolve(line)) };
  const logger = createLogger({ service: 'analytics', version: 'test', level: 'info' }, stream);
  await start({ USAGE_RETENTION_DAYS: '30' }, new Date(now.getTime() + 75 * 86_400_000), logger);
  expect(JSON.parse(await swept.promise)).toMatchObject({
    dropped: [
      'usage_events_2026_10',
      'usage_events_2026_11',
      'usage_events_2026_12',
      'intent_classification_logs_2026_10',
      'intent_classification_logs_2026_11',
      'intent_classification_logs_2026_12',
    ],
    // A judgement, and the outcome of a generation.
    rows: 2,
  });
  await expect(everything()).resolves.toBe('[[],[],[]]');
  await expect(client.getClassificationStats({ windowS: 0 }, { context: callAs('sarah') })).resolves.toMatchObject({
    classifications: 1,
    feedbackCount: 1,
    accuracy: 1,
  });
});

it('keeps everything where it is told to', async () => {
  await start({ USAGE_RETENTION_DAYS: '0' });
  await expect(ingest([event({ planCompleted: {}, occurTime: daysAgo(9_000) })])).resolves.toMatchObject({ stored: 1 });
  const sweep = new RetentionSweep({
    db: database.kysely(),
    now: () => now,
    logger: runtime.logger,
    retentionDays: 0,
  });
  await sweep.run();
  expect(await everything()).toContain('sarah');
});
