import { type DynamicModule, Module } from '@nestjs/common';
import type { AssetStorage } from '@atelier/asset-storage';
import { PresetsServiceService } from '@atelier/contracts/presets/v1';
import type { UsageEventSink } from '@atelier/events';
import { canaryBucketOf } from '@atelier/identity';
import { loadCatalogue } from '@atelier/model-catalog';
import type { Database } from '@atelier/persistence';
import { PersonalData, PrivacyController } from '@atelier/privacy';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { AssetController } from './asset.controller.js';
import { boughtWork } from './bought-work.js';
import { callerWebhooks } from './caller-webhooks.js';
import { AcceptGeneration } from './domain/accept-generation.js';
import { CancelAtProvider } from './domain/cancel-at-provider.js';
import { FailureAdvice } from './domain/failure-advice.js';
import { OwnDeliveries } from './domain/own-deliveries.js';
import { RetryDeadLetters } from './domain/dead-letters.js';
import { OwnGenerations } from './domain/own-generations.js';
import type { Clock, Random } from './domain/ports.js';
import { ReleaseSteps } from './domain/release-steps.js';
import { RetryGeneration } from './domain/retry-generation.js';
import { RunGeneration } from './domain/run-generation.js';
import { SheddingAccept } from './domain/shedding-accept.js';
import type { generationConfig } from './generation.config.js';
import { fileParts } from './file-parts.js';
import { GenerationController, generationDesk, type GenerationDesk } from './generation.controller.js';
import { CataloguePlanner } from './infra/catalogue-planner.js';
import { configuredProviders, type SandboxUrls, withAiModel } from './infra/configured-providers.js';
import { Dispatcher } from './infra/dispatcher.js';
import { EventHints } from './infra/event-hints.js';
import { ExpiredGenerations } from './infra/expired-generations.js';
import { GenerationEngine } from './infra/generation-engine.js';
import { generationPersonalData } from './infra/privacy/generation-personal-data.js';
import { isBudgetExceeded } from './infra/is-budget-exceeded.js';
import { JobQueue } from './infra/job-queue.js';
import { QueueFigures } from './infra/operation-figures.js';
import { OutboxRelay } from './infra/outbox-relay.js';
import type { ConfiguredProvider } from './infra/provider-registry.js';
import { QueueControl } from './infra/queue-control.js';
import { Reconciler } from './infra/reconciler.js';
import type { GenerationSchema } from './infra/schema.js';
import { SessionResults } from './infra/session-results.js';
import { SqlDeadLetters } from './infra/sql-dead-letters.js';
import { UnusedUploads } from './infra/unused-uploads.js';
import { SqlGenerationStore } from './infra/sql-generation-store.js';
import { SqlLeases } from './infra/sql-leases.js';
import { readBudgetUse } from './infra/budget-use.js';
import { SqlLedger } from './infra/sql-ledger.js';
import { SqlModelSamples } from './infra/sql-model-samples.js';
import { SqlReservations } from './infra/sql-reservations.js';
import { systemClock, systemRandom } from './infra/system-clock.js';
import { Watchers } from './infra/watchers.js';
import { retryHash } from './wire/create-request.js';
import { BudgetAdminController } from './budget-admin.controller.js';
import { LedgerController, ledgerDesk, type LedgerDesk } from './ledger.controller.js';
import { QueueAdminController, queueAdminDesk, type QueueAdminDesk } from './queue-admin.controller.js';
import { ProviderAdminController, providerAdminDesk, type ProviderAdminDesk } from './provider-admin.controller.js';
import { providerParts } from './provider-parts.js';
import {
  WebhookDeliveryController,
  webhookDeliveryDesk,
  type WebhookDeliveryDesk,
} from './webhook-delivery.controller.js';

/** What the service is made from. */
export interface GenerationDependencies {
  readonly config: ConfigOf<typeof generationConfig>;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
  /** Stands in for every provider without a key. */
  readonly sandbox?: SandboxUrls | undefined;
  /** In the place of the configured providers, the machine's clock and randomness, and the analytics service. */
  readonly instead?: {
    readonly providers?: readonly ConfiguredProvider[];
    readonly clock?: Clock;
    readonly random?: Random;
    readonly usageSink?: UsageEventSink;
    readonly eventLoopDelayMs?: () => number;
  };
}

/** Wires the service; with the `…Parts` beside it the only place that names concrete parts. */
@Module({})
export class GenerationModule {
  static register(dependencies: GenerationDependencies): { module: DynamicModule; engine: GenerationEngine } {
    const { desk, ledger, personalData, providerAdmin, queueAdmin, webhookDelivery, engine } = assemble(dependencies);
    return {
      module: {
        module: GenerationModule,
        controllers: [
          AssetController,
          BudgetAdminController,
          GenerationController,
          LedgerController,
          PrivacyController,
          ProviderAdminController,
          QueueAdminController,
          WebhookDeliveryController,
        ],
        providers: [
          { provide: generationDesk, useValue: desk },
          { provide: ledgerDesk, useValue: ledger },
          { provide: PersonalData, useValue: personalData },
          { provide: providerAdminDesk, useValue: providerAdmin },
          { provide: queueAdminDesk, useValue: queueAdmin },
          {
            provide: QueueFigures,
            useValue: new QueueFigures(() => queueAdmin.control.picture(), dependencies.runtime.logger),
          },
          { provide: webhookDeliveryDesk, useValue: webhookDelivery },
          { provide: GenerationEngine, useValue: engine },
        ],
      },
      engine,
    };
  }
}

function assemble({ config, runtime, database, storage, sandbox, instead = {} }: GenerationDependencies): {
  desk: GenerationDesk;
  ledger: LedgerDesk;
  personalData: PersonalData;
  providerAdmin: ProviderAdminDesk;
  queueAdmin: QueueAdminDesk;
  webhookDelivery: WebhookDeliveryDesk;
  engine: GenerationEngine;
} {
  const { logger } = runtime;
  const { clock = systemClock, random = systemRandom } = instead;
  const db = database.kysely<GenerationSchema>().withSchema('generation');
  const catalogue = withAiModel(loadCatalogue(), config);
  const publisher = { service: runtime.name, version: runtime.version, publicUrl: config.PUBLIC_URL };
  const limits = { user_hour: config.COST_LIMIT_PER_HOUR, day: config.DAILY_BUDGET };
  const allowedMs = {
    video: config.GENERATION_DEADLINE_VIDEO * 1_000,
    image: config.GENERATION_DEADLINE_IMAGE * 1_000,
  };

  const usageSink = instead.usageSink ?? runtime.usageSink;
  const relay = new OutboxRelay(db, usageSink, logger);
  const onOutbox = (): void => relay.wake();
  const calling = callerWebhooks({
    db,
    clock,
    random,
    logger,
    version: runtime.version,
    allowPrivateOrigins: config.WEBHOOK_ALLOWED_PRIVATE_ORIGINS,
  });
  const sessions = new SessionResults({
    db,
    presets: runtime.client(PresetsServiceService, 'atelier.presets.v1', config.PRESETS_URL),
    context: (ownerId) => ({ ...runtime.backgroundContext(), canaryBucket: String(canaryBucketOf(ownerId)) }),
    logger,
  });
  const queue = new JobQueue({ database, logger });
  const ledger = new SqlLedger(limits);
  const samples = new SqlModelSamples(db, catalogue);
  const store = new SqlGenerationStore({
    db,
    samples,
    ledger,
    queue,
    publisher,
    clock,
    random,
    onOutbox,
    onMessage: () => calling.sender.wake(),
    onSessionResult: () => sessions.wake(),
    queueLimits: { all: config.MAX_QUEUED_GENERATIONS, perUser: config.MAX_QUEUED_GENERATIONS_PER_USER },
    resultTtlMs: config.RESULT_CACHE_TTL * 1_000,
    mostAcceptedTogether: config.ACCEPT_BATCH_SIZE,
  });
  const reservations = new SqlReservations({ db, ledger, publisher, clock, random, onOutbox });

  const configured = instead.providers ?? configuredProviders(config, catalogue, sandbox);
  const { providers, control, load, providerAdmin } = providerParts({
    config,
    runtime,
    db,
    configured,
    catalogue,
    samples,
    clock,
    eventLoopDelayMs: instead.eventLoopDelayMs,
  });
  const { assets, inputs, copier, fetchers } = fileParts({ config, db, storage, sandbox, clock, random, logger });
  const planner = new CataloguePlanner(catalogue, random, () => clock.now());
  const advice = new FailureAdvice({ catalogue, planner, desk: providers });

  const caps = {
    perUser: config.MAX_CONCURRENT_GENERATIONS_PER_USER,
    perProvider: config.MAX_CONCURRENT_GENERATIONS_PER_PROVIDER,
  };
  const leases = new SqlLeases({ db, store, random, clock, caps, logger });
  const hints = new EventHints(
    database,
    (generationId) => leases.cancelled(generationId),
    (generationId) => leases.woken(generationId),
  );
  const cancelAtProvider = new CancelAtProvider(store, providers);
  const wake = (generationId: string) => hints.wake(db, generationId);
  const bought = boughtWork({ config, configured, catalogue, db, store, cancelAtProvider, wake, clock, logger });
  const runner = new RunGeneration({
    store,
    desk: providers,
    ...bought.tools,
    copier,
    clock,
    random,
    planner,
    inputs,
    cancelAtProvider,
    advice,
    isBudgetExceeded,
    allowedMs,
  });
  const places = config.MAX_CONCURRENT_GENERATIONS;
  const dispatcher = new Dispatcher({
    places,
    claim: (free) => leases.claimNext(free),
    run: (lease) => runner.run(lease),
    passOn: () => queue.passOn(db),
    logger,
  });
  const steps = new ReleaseSteps(store);
  const uploads = new UnusedUploads(db, clock);
  const retentionMs = config.ASSET_RETENTION * 1_000;
  const expired = new ExpiredGenerations({ db, store, assets, clock, random, retentionMs });
  const repairs = {
    dispatcher,
    assets,
    uploads,
    expired,
    reservations,
    cancelAtProvider,
    housekeeping: bought.housekeeping,
    steps,
  };
  const reconciler = new Reconciler({ ...repairs, logger });
  const watchers = new Watchers(store, hints);
  const own = new OwnGenerations(store, cancelAtProvider);
  const accept = new AcceptGeneration({
    store,
    planner,
    desk: providers,
    advice,
    inputs,
    webhookProblem: calling.problemOf,
    clock,
    random,
    keepsResults: config.RESULT_CACHE_TTL > 0,
  });
  const shedding = new SheddingAccept(accept, load);
  const letters = new SqlDeadLetters(db, store);
  return {
    desk: {
      accept: shedding,
      retry: new RetryGeneration(store, shedding),
      own,
      watchers,
      assets,
      providers,
      webhooks: bought.webhooks,
      clock,
      places,
    },
    ledger: {
      reservations,
      limits,
      use: (leastMicros, limit) => readBudgetUse(db, clock.now(), { leastMicros, limit }),
    },
    personalData: generationPersonalData({ db, store, cancelAtProvider, assets }),
    queueAdmin: {
      control: new QueueControl({ db, queue, clock }),
      letters,
      retry: new RetryDeadLetters(letters, new RetryGeneration(store, accept), retryHash),
      clock,
      places,
    },
    providerAdmin,
    webhookDelivery: {
      own: new OwnDeliveries(own, calling.deliveries, calling.secrets),
      wake: () => calling.sender.wake(),
    },
    engine: new GenerationEngine({
      queue,
      dispatcher,
      hints,
      leases,
      reconciler,
      relay,
      sessions,
      watchers,
      providers,
      control,
      deliveries: calling.deliveries,
      sender: calling.sender,
      connections: [...fetchers, calling.fetcher],
      exclusive: database.kind === 'pglite',
    }),
  };
}
