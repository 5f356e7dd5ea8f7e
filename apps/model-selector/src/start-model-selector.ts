import { ModelSelectorServiceService } from '@atelier/contracts/selector/v1';
import { type RunningService, type ServiceStart, startGrpcService } from '@atelier/service-defaults';
import type { modelSelectorConfig } from './model-selector.config.js';
import { ModelSelectorModule } from './model-selector.module.js';

/** Starts the model-selector on the given address. */
export function startModelSelector({
  config,
  runtime,
  address,
}: ServiceStart<typeof modelSelectorConfig>): Promise<RunningService> {
  return startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.selector.v1',
    services: { 'atelier.selector.v1.ModelSelectorService': ModelSelectorServiceService },
    module: ModelSelectorModule.register(config, runtime),
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
}
