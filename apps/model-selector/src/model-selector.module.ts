import { type DynamicModule, Module } from '@nestjs/common';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import { Catalogue, loadCatalogue } from '@atelier/model-catalog';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { FitModel } from './domain/fit-model.js';
import { SelectModel } from './domain/select-model.js';
import { HealthPolling } from './infra/health-polling.js';
import { ProviderHealth } from './infra/provider-health.js';
import type { modelSelectorConfig } from './model-selector.config.js';
import { ModelSelectorController } from './model-selector.controller.js';

/** Puts the model-selector together. */
@Module({})
export class ModelSelectorModule {
  static register(config: ConfigOf<typeof modelSelectorConfig>, runtime: ServiceRuntime): DynamicModule {
    const catalogue = loadCatalogue();
    const generation = runtime.client(GenerationServiceService, 'atelier.generation.v1', config.GENERATION_URL);
    const health = new ProviderHealth(
      generation,
      () => runtime.backgroundContext(),
      (error) => runtime.logger.debug({ err: error }, 'provider health is not known'),
    );
    const selector = new SelectModel(catalogue, health, new FitModel(config.MODEL_PARAMS_CACHE_TTL * 1000));
    return {
      module: ModelSelectorModule,
      providers: [
        { provide: HealthPolling, useValue: new HealthPolling(health) },
        { provide: Catalogue, useValue: catalogue },
        { provide: SelectModel, useValue: selector },
        { provide: ProviderHealth, useValue: health },
      ],
      controllers: [ModelSelectorController],
    };
  }
}
