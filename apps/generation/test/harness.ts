import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FileAssetStorage } from '@atelier/asset-storage';
import { Workflow } from '@atelier/contracts/creative/v1';
import {
  CreateGenerationRequest,
  type Generation,
  GenerationServiceService,
  LedgerServiceService,
  ProviderAdminServiceService,
  QueueAdminServiceService,
  type WatchGenerationResponse,
} from '@atelier/contracts/generation/v1';
import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import { createLogger, loadConfig, type RunningService } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime } from '@atelier/testing';
import { findLedgerViolations, generationConfig, startGeneration } from '../src/index.js';
import type { GenerationSchema } from '../src/infra/schema.js';
import { SqlGenerationStore } from '../src/infra/sql-generation-store.js';
import { SqlLeases } from '../src/infra/sql-leases.js';
import { SqlLedger } from '../src/infra/sql-ledger.js';
import { systemRandom } from '../src/infra/system-clock.js';
import { FakeProvider } from './fake-provider.js';
import { VirtualClock } from './virtual-clock.js';

/** Image models of the catalogue: two of the same provider, one of another. */
export const flux = 'black-forest-labs/flux-1.1-pro';
export const schnell = 'black-forest-labs/flux-schnell';
export const gptImage = 'gpt-image-2';

const logger = createLogger({ service: 'generation', version: 'test', level: process.env['LOG_LEVEL'] ?? 'silent' });

/** The real service on a fresh database, with fake providers. It can be stopped and started again. */
export class Harness {
  readonly openai = new FakeProvider('openai', 'at_once');
  readonly folder = mkdtempSync(join(tmpdir(), 'atelier-generation-'));
  readonly storage = new FileAssetStorage(join(this.folder, 'files'));
  readonly reported: UsageEvent[] = [];
  generations!: GrpcClient<GenerationServiceService>;
  ledger!: GrpcClient<LedgerServiceService>;
  providerAdmin!: GrpcClient<ProviderAdminServiceService>;
  queueAdmin!: GrpcClient<QueueAdminServiceService>;
  /** As the service measures it. */
  eventLoopDelayMs = 0;
  readonly #replicas: (() => Promise<void>)[] = [];
  #running: RunningService | undefined;

  private constructor(
    readonly database: Database,
    private readonly closeDatabase: () => Promise<void>,
    readonly replicate: FakeProvider,
    readonly clock: VirtualClock,
  ) {}

  static async open(
    env: NodeJS.ProcessEnv = {},
    replicate = new FakeProvider('replicate', 'with_jobs'),
    clock = new VirtualClock(),
  ): Promise<Harness> {
    const { database, close } = await openTestDatabase();
    const harness = new Harness(database, close, replicate, clock);
    await harness.start(env);
    return harness;
  }

  get db() {
    return this.database.kysely<GenerationSchema>().withSchema('generation');
  }

  get address(): string {
    return this.#running?.address ?? '';
  }

  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.#running = await this.launch(env);
    this.generations = createGrpcClient(GenerationServiceService, { target: this.#running.address });
    this.ledger = createGrpcClient(LedgerServiceService, { target: this.#running.address });
    this.providerAdmin = createGrpcClient(ProviderAdminServiceService, { target: this.#running.address });
    this.queueAdmin = createGrpcClient(QueueAdminServiceService, { target: this.#running.address });
  }

  /** Another replica on the same database, until the harness stops. */
  async addReplica(env: NodeJS.ProcessEnv = {}): Promise<GrpcClient<GenerationServiceService>> {
    const running = await this.launch(env);
    const client = createGrpcClient(GenerationServiceService, { target: running.address });
    this.#replicas.push(async () => {
      client.close();
      await running.close(500);
    });
    return client;
  }

  private launch(env: NodeJS.ProcessEnv): Promise<RunningService> {
    return startGeneration({
      config: loadConfig(generationConfig, { CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1000', ...env }),
      runtime: { ...testRuntime('generation').runtime, logger },
      address: socketAddress('generation'),
      database: this.database,
      storage: this.storage,
      instead: {
        providers: [
          { adapter: this.replicate, sandbox: true },
          { adapter: this.openai, sandbox: false },
        ],
        clock: this.clock,
        eventLoopDelayMs: () => this.eventLoopDelayMs,
        usageSink: { send: async (events) => void this.reported.push(...events) },
      },
    });
  }

  async stop(): Promise<void> {
    this.generations.close();
    this.ledger.close();
    this.providerAdmin.close();
    this.queueAdmin.close();
    await Promise.all(this.#replicas.splice(0).map((close) => close()));
    await this.#running?.close(500);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.closeDatabase();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Accepts a generation for a user, at the first replica or another. */
  async create(
    userId: string,
    wanted: Partial<CreateGenerationRequest> = {},
    replica = this.generations,
  ): Promise<Generation> {
    const request = CreateGenerationRequest.create({
      prompt: 'a lighthouse',
      finalPrompt: 'a lighthouse at dusk',
      workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
      modelId: flux,
      requestHash: 'hash',
      ...wanted,
    });
    const { generation } = await replica.createGeneration(request, { context: callAs(userId) });
    if (!generation) throw new Error('no generation');
    return generation;
  }

  async get(userId: string, generationId: string): Promise<Generation> {
    const { generation } = await this.generations.getGeneration({ generationId }, { context: callAs(userId) });
    if (!generation) throw new Error('no generation');
    return generation;
  }

  /** All events up to the end. */
  async watch(userId: string, generationId: string, afterSequence = 0): Promise<WatchGenerationResponse[]> {
    const events: WatchGenerationResponse[] = [];
    const stream = this.generations.watchGeneration({ generationId, afterSequence }, { context: callAs(userId) });
    for await (const event of stream) events.push(event);
    return events;
  }

  /** Waits for the end. */
  async ended(userId: string, generationId: string): Promise<Generation> {
    await this.watch(userId, generationId);
    return this.get(userId, generationId);
  }

  /** Size of a stored file; undefined when there is none. */
  async fileSize(storageKey: string | undefined): Promise<number | undefined> {
    const content = await this.storage.get(storageKey ?? '');
    content?.stream.destroy();
    return content?.size;
  }

  /** Resolves when the query finds something. */
  async until(query: () => Promise<unknown>): Promise<void> {
    while (!(await query())) await setImmediate();
  }

  /** Leases of another process on the same database. */
  otherLeases(caps = { perUser: 100, perProvider: 100 }): SqlLeases {
    const { db, clock } = this;
    const tools = { db, clock, logger, random: systemRandom, publisher: { service: 'other', version: 'test' } };
    const ledger = new SqlLedger({ user_hour: 1, day: 1 });
    const store = new SqlGenerationStore({
      ...tools,
      ledger,
      queue: { announce: async () => {} },
      queueLimits: { all: 1, perUser: 1 },
      resultTtlMs: 0,
      mostAcceptedTogether: 1,
      onOutbox: () => {},
    });
    return new SqlLeases({ ...tools, store, caps });
  }

  violations(): Promise<string[]> {
    return findLedgerViolations(this.database);
  }
}
