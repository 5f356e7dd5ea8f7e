import { type DynamicModule, Module } from '@nestjs/common';
import type { AssetStorage } from '@atelier/asset-storage';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { Database } from '@atelier/persistence';
import { createSafeFetcher } from '@atelier/safe-fetch';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { Bulkhead } from '@atelier/resilience';
import { BoundedImageProcessor } from './domain/bounded-image-processor.js';
import { MakeImageResult } from './domain/make-image-result.js';
import { PrepareImage } from './domain/prepare-image.js';
import { RunImageJob } from './domain/run-image-job.js';
import { AssetResults } from './infra/asset-results.js';
import { resultKey } from './infra/result-key.js';
import { StoredResults } from './infra/stored-results.js';
import type { ImageProcessors } from './domain/image-processor.js';
import { EnhanceImage } from './infra/enhance-image.js';
import { ImageJobDirectoryController } from './image-job-directory.controller.js';
import { ImageJobChanges } from './infra/image-job-changes.js';
import { ImageJobEvents } from './infra/image-job-events.js';
import { ImageJobQueue } from './infra/image-job-queue.js';
import { OptimiseImage } from './infra/optimise-image.js';
import { SafeImageSource } from './infra/safe-image-source.js';
import { SketchImage } from './infra/sketch-image.js';
import { SqlImageJobDirectory } from './infra/sql-image-job-directory.js';
import { SqlImageJobRepository } from './infra/sql-image-job-repository.js';
import type { playgroundProcessorConfig } from './playground-processor.config.js';
import { PlaygroundProcessorController } from './playground-processor.controller.js';

/** What the module is put together from. */
export interface PlaygroundProcessorParts {
  readonly config: ConfigOf<typeof playgroundProcessorConfig>;
  readonly runtime: ServiceRuntime;
  readonly database: Database;
  readonly storage: AssetStorage;
}

/** Puts the playground-processor together. */
@Module({})
export class PlaygroundProcessorModule {
  static async register({ config, runtime, database, storage }: PlaygroundProcessorParts): Promise<DynamicModule> {
    const generation = runtime.client(GenerationServiceService, 'atelier.generation.v1', config.GENERATION_URL);
    const contextOf = (ownerId: string) => runtime.backgroundContext({ userId: ownerId, scopes: ['read', 'generate'] });
    const limits = { maxBytes: config.MAX_IMAGE_BYTES, maxPixels: config.MAX_IMAGE_PIXELS };
    const fetcher = createSafeFetcher({
      allowHosts: '*',
      maxBytes: limits.maxBytes,
      timeoutMs: 30_000,
      idleTimeoutMs: 10_000,
    });
    const queue = new ImageJobQueue(database, config.MAX_CONCURRENT_IMAGE_JOBS, runtime.logger);
    const jobs = new SqlImageJobRepository(database, (job, db) => queue.send(job, db), config.MAX_QUEUED_IMAGE_JOBS);
    const events = new ImageJobEvents(runtime.events);
    const changes = new ImageJobChanges(database, jobs);
    const lane = new Bulkhead({
      name: 'decoded images',
      maxInFlight: config.MAX_CONCURRENT_IMAGE_JOBS,
      maxQueued: Number.MAX_SAFE_INTEGER, // Those who come here are bounded themselves.
    });
    const processors: ImageProcessors = {
      batch_optimization: new BoundedImageProcessor(new OptimiseImage(limits), lane),
      image_enhancement: new BoundedImageProcessor(new EnhanceImage(limits), lane),
      sketch_preparation: new BoundedImageProcessor(new SketchImage(limits), lane),
    };
    const results = new MakeImageResult(
      new SafeImageSource(fetcher, storage, generation, contextOf, limits),
      processors,
      new StoredResults(database, new AssetResults(storage, generation, contextOf), config.RESULT_CACHE_TTL),
      resultKey,
    );
    const prepare = new PrepareImage(results, {
      maxCallers: 4 * config.MAX_CONCURRENT_IMAGE_JOBS,
      maxWaitMs: config.PREPROCESS_MAX_WAIT * 1_000,
    });
    const run = new RunImageJob(jobs, results, {
      failed: (error) => runtime.logger.error({ err: error }, 'an image could not be processed'),
      changed: (job) => events.changed(job),
    });
    await queue.prepare(run);
    await changes.start();
    return {
      module: PlaygroundProcessorModule,
      providers: [
        { provide: ImageJobQueue, useValue: queue },
        { provide: SqlImageJobDirectory, useValue: new SqlImageJobDirectory(database) },
        { provide: SqlImageJobRepository, useValue: jobs },
        { provide: ImageJobChanges, useValue: changes },
        { provide: ImageJobEvents, useValue: events },
        { provide: PrepareImage, useValue: prepare },
      ],
      controllers: [ImageJobDirectoryController, PlaygroundProcessorController],
    };
  }
}
