import type { AssetStorage } from '@atelier/asset-storage';
import type { GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { Database } from '@atelier/persistence';
import type { Bulkhead } from '@atelier/resilience';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { BackgroundAvailability } from './infra/background-availability.js';
import { BackgroundCancellations } from './infra/background-cancellations.js';
import { BackgroundGenerations } from './infra/background-generations.js';
import { BackgroundRecords } from './infra/background-records.js';
import { BackgroundReplacement } from './infra/background-replacement.js';
import type { playgroundProcessorConfig } from './playground-processor.config.js';

/** What background replacement is put together from. */
export interface BackgroundSurroundings {
  readonly config: ConfigOf<typeof playgroundProcessorConfig>;
  readonly runtime: Pick<ServiceRuntime, 'backgroundContext' | 'logger'>;
  readonly database: Database;
  readonly storage: AssetStorage;
  readonly generation: GrpcClient<GenerationServiceService>;
  readonly contextOf: (ownerId: string) => CallContext;
  /** Places of decoded images. */
  readonly lane: Bulkhead;
}

/** Background replacement by the models of the generation service. */
export function backgroundParts(surroundings: BackgroundSurroundings): {
  readonly processor: BackgroundReplacement;
  readonly availability: BackgroundAvailability;
  readonly cancellations: BackgroundCancellations;
} {
  const { config, runtime, database, storage, generation, contextOf, lane } = surroundings;
  const records = new BackgroundRecords(database);
  const generations = new BackgroundGenerations(generation, contextOf);
  const availability = new BackgroundAvailability(generation, () => runtime.backgroundContext(), config.AI_MODEL);
  const cancellations = new BackgroundCancellations(records, generations, runtime.logger);
  const processor = new BackgroundReplacement({
    records,
    generations,
    availability,
    cancellations,
    assets: generation,
    contextOf,
    storage,
    lane,
    limits: { maxPixels: config.MAX_IMAGE_PIXELS },
    target: { width: config.AI_TARGET_WIDTH, height: config.AI_TARGET_HEIGHT },
  });
  return { processor, availability, cancellations };
}
