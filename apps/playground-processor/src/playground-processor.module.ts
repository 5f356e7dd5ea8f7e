import { type DynamicModule, Module } from '@nestjs/common';
import type { AssetStorage } from '@atelier/asset-storage';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { Database } from '@atelier/persistence';
import { createSafeFetcher } from '@atelier/safe-fetch';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { RunImageJob } from './domain/run-image-job.js';
import { AssetResultStore } from './infra/asset-result-store.js';
import { ImageJobChanges } from './infra/image-job-changes.js';
import { ImageJobEvents } from './infra/image-job-events.js';
import { ImageJobQueue } from './infra/image-job-queue.js';
import { SafeImageSource } from './infra/safe-image-source.js';
import { SharpImageProcessor } from './infra/sharp-image-processor.js';
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
    const run = new RunImageJob(
      jobs,
      new SafeImageSource(fetcher, storage, generation, contextOf, limits),
      new SharpImageProcessor(limits),
      new AssetResultStore(storage, generation, contextOf),
      {
        failed: (error) => runtime.logger.error({ err: error }, 'an image could not be processed'),
        changed: (job) => events.changed(job),
      },
    );
    await queue.prepare(run);
    await changes.start();
    return {
      module: PlaygroundProcessorModule,
      providers: [
        { provide: ImageJobQueue, useValue: queue },
        { provide: SqlImageJobRepository, useValue: jobs },
        { provide: ImageJobChanges, useValue: changes },
        { provide: ImageJobEvents, useValue: events },
      ],
      controllers: [PlaygroundProcessorController],
    };
  }
}
