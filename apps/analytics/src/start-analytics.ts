import {
  AlertServiceService,
  AnalyticsServiceService,
  ExperimentServiceService,
  MonitoringServiceService,
} from '@atelier/contracts/analytics/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { type Database, migrate } from '@atelier/persistence';
import { startGrpcService, type RunningService, type ServiceStart } from '@atelier/service-defaults';
import type { analyticsConfig } from './analytics.config.js';
import { AnalyticsModule } from './analytics.module.js';
import { analyticsSchema, migrations } from './infra/migrations.js';
import { makePartitions } from './infra/partitions/make-partitions.js';

/** What the analytics service is started with. The database stays open when the service stops: it belongs to the caller. */
export interface AnalyticsStart extends ServiceStart<typeof analyticsConfig> {
  readonly database: Database;
  /** Clock, for tests. */
  readonly now?: () => Date;
}

/** Brings the schema up to date and serves. */
export async function startAnalytics({
  config,
  runtime,
  address,
  database,
  now = () => new Date(),
}: AnalyticsStart): Promise<RunningService> {
  await migrate(database, analyticsSchema, migrations);
  await makePartitions(database.kysely(), now()).catch((error: unknown) =>
    runtime.logger.warn({ err: error }, 'months could not be made yet: their events wait in another partition'),
  );
  return startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.analytics.v1',
    services: {
      'atelier.analytics.v1.AlertService': AlertServiceService,
      'atelier.analytics.v1.AnalyticsService': AnalyticsServiceService,
      'atelier.analytics.v1.ExperimentService': ExperimentServiceService,
      'atelier.analytics.v1.MonitoringService': MonitoringServiceService,
      'atelier.privacy.v1.PrivacyService': PrivacyServiceService,
    },
    module: AnalyticsModule.register({ config, database, runtime, now }),
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
}
