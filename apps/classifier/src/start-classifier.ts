import { ClassifierServiceService } from '@atelier/contracts/classifier/v1';
import { type RunningService, type ServiceStart, startGrpcService } from '@atelier/service-defaults';
import type { classifierConfig } from './classifier.config.js';
import { ClassifierModule } from './classifier.module.js';

/** Loads the model and serves. */
export async function startClassifier({
  config,
  runtime,
  address,
}: ServiceStart<typeof classifierConfig>): Promise<RunningService> {
  return startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.classifier.v1',
    services: { 'atelier.classifier.v1.ClassifierService': ClassifierServiceService },
    module: await ClassifierModule.register(config, runtime),
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
}
