import { type DynamicModule, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { createKafka } from '@atelier/events';
import type { Database } from '@atelier/persistence';
import { PersonalData, PrivacyController, SqlPersonalData } from '@atelier/privacy';
import { kafkaSettings, type ServiceRuntime } from '@atelier/service-defaults';
import { AlertController } from './alert.controller.js';
import { alertParts } from './alert-parts.js';
import type { AnalyticsConfig } from './analytics.config.js';
import { AnalyticsController } from './analytics.controller.js';
import { ExperimentController, experimentDesk, type ExperimentDesk } from './experiment.controller.js';
import { IngestUsageEvents } from './domain/ingest-usage-events.js';
import { rollups } from './domain/rollups.js';
import { storeSignals } from './infra/alerts/count-signals.js';
import { SqlExperiments } from './infra/experiments/sql-experiments.js';
import { storeOutcomes } from './infra/experiments/store-outcomes.js';
import { UsageEventConsumer } from './infra/kafka/usage-event-consumer.js';
import { personalTables } from './infra/privacy/personal-tables.js';
import { SqlMonitoringStore } from './infra/sql-monitoring-store.js';
import { unavailableWhileAway } from './infra/unavailable-while-away.js';
import { MonitoringController } from './monitoring.controller.js';
import { RetentionSweep } from './infra/retention-sweep.js';
import { type AnalyticsTables, SqlStatsStore } from './infra/sql-stats-store.js';
import { SqlUsageStore } from './infra/sql-usage-store.js';
import { clockToken, loggerToken, monitoringStoreToken, statsStoreToken } from './tokens.js';

/** What the service works with. */
export interface AnalyticsDependencies {
  readonly config: AnalyticsConfig;
  readonly database: Database;
  readonly runtime: ServiceRuntime;
  readonly now: () => Date;
}

/** Composes the service; the only place that names its adapters. */
@Module({})
export class AnalyticsModule {
  static register({ config, database, runtime, now }: AnalyticsDependencies): DynamicModule {
    const { logger } = runtime;
    const { USAGE_PROMPTS: prompts, USAGE_RETENTION_DAYS: retentionDays } = config;
    const store = unavailableWhileAway(new SqlUsageStore(database.kysely(), rollups, [storeSignals, storeOutcomes]));
    const ingest = new IngestUsageEvents(store, { now, prompts, retentionDays });
    const brokers = kafkaSettings(config);
    const consumer =
      brokers &&
      new UsageEventConsumer(createKafka('atelier-analytics', brokers, logger), ingest, {
        partitions: config.KAFKA_PARTITIONS,
        replicationFactor: config.KAFKA_REPLICATION_FACTOR || -1,
        logger,
      });
    const alerts = alertParts({ config, runtime, database, now, lag: () => consumer?.lag });
    const experiments: ExperimentDesk = { experiments: new SqlExperiments(database.kysely()), now };
    return {
      module: AnalyticsModule,
      controllers: [
        AlertController,
        AnalyticsController,
        ExperimentController,
        MonitoringController,
        PrivacyController,
      ],
      providers: [
        ...alerts.providers,
        { provide: experimentDesk, useValue: experiments },
        { provide: IngestUsageEvents, useValue: ingest },
        ...(consumer ? [{ provide: UsageEventConsumer, useValue: lifeOf(consumer) }] : []),
        {
          provide: RetentionSweep,
          useValue: new RetentionSweep({ db: database.kysely(), now, logger, retentionDays }),
        },
        { provide: PersonalData, useValue: new SqlPersonalData(database.kysely(), personalTables) },
        {
          provide: statsStoreToken,
          useValue: unavailableWhileAway(new SqlStatsStore(database.kysely<AnalyticsTables>(), now)),
        },
        {
          provide: monitoringStoreToken,
          useValue: unavailableWhileAway(new SqlMonitoringStore(database.kysely(), now)),
        },
        { provide: clockToken, useValue: now },
        { provide: loggerToken, useValue: logger },
      ],
    };
  }
}

function lifeOf(consumer: UsageEventConsumer): OnApplicationBootstrap & OnModuleDestroy {
  return { onApplicationBootstrap: () => consumer.start(), onModuleDestroy: () => consumer.stop() };
}
