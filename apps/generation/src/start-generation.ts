import {
  AssetServiceService,
  BudgetAdminServiceService,
  GenerationServiceService,
  LedgerServiceService,
  ProviderAdminServiceService,
  QueueAdminServiceService,
  WebhookDeliveryServiceService,
} from '@atelier/contracts/generation/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { migrate } from '@atelier/persistence';
import { type RunningService, startGrpcService } from '@atelier/service-defaults';
import { type GenerationDependencies, GenerationModule } from './generation.module.js';
import { migrations } from './infra/migrations.js';

/** What the service is started with. */
export interface GenerationStart extends GenerationDependencies {
  /** `host:port` or `unix:/path` to serve on. */
  readonly address: string;
}

/** Brings the schema up to date and starts the service. The database and the storage stay the caller's to close. */
export async function startGeneration({ address, ...dependencies }: GenerationStart): Promise<RunningService> {
  const { runtime, database } = dependencies;
  await migrate(database, 'generation', migrations);
  const { module, engine } = GenerationModule.register(dependencies);
  const running = await startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.generation.v1',
    services: {
      'atelier.generation.v1.AssetService': AssetServiceService,
      'atelier.generation.v1.BudgetAdminService': BudgetAdminServiceService,
      'atelier.generation.v1.GenerationService': GenerationServiceService,
      'atelier.generation.v1.LedgerService': LedgerServiceService,
      'atelier.generation.v1.ProviderAdminService': ProviderAdminServiceService,
      'atelier.generation.v1.QueueAdminService': QueueAdminServiceService,
      'atelier.generation.v1.WebhookDeliveryService': WebhookDeliveryServiceService,
      'atelier.privacy.v1.PrivacyService': PrivacyServiceService,
    },
    module,
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
  return {
    name: running.name,
    address: running.address,
    isServing: () => running.isServing(),
    close: async (graceMs) => {
      // Open watches would hold the drain up, and running work can be taken up anywhere: both end first.
      await engine.quiesce();
      await running.close(graceMs);
    },
  };
}
