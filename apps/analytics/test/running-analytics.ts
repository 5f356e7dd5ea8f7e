import { AnalyticsServiceService, MonitoringServiceService } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { GenerationChange, UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, type TestDatabase, testRuntime } from '@atelier/testing';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { analyticsConfig, startAnalytics } from '../src/index.js';

type Payload = Parameters<typeof UsageEvent.create>[0];

/** Analytics with a clock of its own, anew for each test of a file. */
export class RunningAnalytics {
  now = new Date('2026-11-21T12:30:20Z');
  readonly byAdmin = { context: callAs({ userId: 'root', scopes: ['admin', 'read'] }) };
  #opened: TestDatabase | undefined;
  #running: RunningService | undefined;
  #analytics: GrpcClient<AnalyticsServiceService> | undefined;
  #monitoring: GrpcClient<MonitoringServiceService> | undefined;

  get analytics(): GrpcClient<AnalyticsServiceService> {
    if (!this.#analytics) throw new Error('not started');
    return this.#analytics;
  }
  get monitoring(): GrpcClient<MonitoringServiceService> {
    if (!this.#monitoring) throw new Error('not started');
    return this.#monitoring;
  }
  get db() {
    if (!this.#opened) throw new Error('not opened');
    return this.#opened.database.kysely<unknown>();
  }

  async open(): Promise<void> {
    this.#opened = await openTestDatabase();
  }
  async start(): Promise<void> {
    if (!this.#opened) throw new Error('not opened');
    this.now = at('12:30:20');
    this.#running = await startAnalytics({
      config: loadConfig(analyticsConfig, {}),
      runtime: testRuntime('analytics').runtime,
      address: socketAddress(),
      database: this.#opened.database,
      now: () => this.now,
    });
    this.#analytics = createGrpcClient(AnalyticsServiceService, { target: this.#running.address });
    this.#monitoring = createGrpcClient(MonitoringServiceService, { target: this.#running.address });
  }
  async stop(): Promise<void> {
    this.#analytics?.close();
    this.#monitoring?.close();
    await this.#running?.close();
    await sql`drop schema analytics cascade`.execute(this.db);
  }
  async close(): Promise<void> {
    await this.#opened?.close();
  }

  ingest(...events: UsageEvent[]) {
    return this.analytics.ingestUsageEvents({ events }, { context: callAs(systemIdentity('gateway')) });
  }
}

/** A time of the day that the tests play on. */
export const at = (time: string): Date => new Date(`2026-11-21T${time}Z`);

export const event = (what: Payload): UsageEvent =>
  UsageEvent.create({ eventId: uuidv7(), occurTime: at('12:30:20'), userId: 'sarah', service: 'gateway', ...what });
export const plan = (time: string, more: object = {}): UsageEvent =>
  event({
    occurTime: at(time),
    requestId: `plan-${time}`,
    planCompleted: { workflow: Workflow.WORKFLOW_IMAGE_GENERATION, source: 'local', ...more },
  });
export const call = (time: string, status = 200, durationUs = 1_000, route = '/a'): UsageEvent =>
  event({ occurTime: at(time), endpointCalled: { route, method: 'GET', status, durationUs } });
export const cost = (amountMicros: number, more: object = {}, what: Payload = {}): UsageEvent =>
  event({ costRecorded: { kind: 'generation', provider: 'p', modelId: 'm', amountMicros, ...more }, ...what });
export const generation = (change: GenerationChange, more: object = {}, what: Payload = {}): UsageEvent =>
  event({ generationChanged: { change, generationId: 'g-1', provider: 'p', modelId: 'm', ...more }, ...what });
