import { type DynamicModule, Module } from '@nestjs/common';
import type { AssetStorage } from '@atelier/asset-storage';
import { GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { Database } from '@atelier/persistence';
import { PersonalData, PrivacyController } from '@atelier/privacy';
import { createSafeFetcher, type SafeFetcherOptions } from '@atelier/safe-fetch';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import { Bulkhead } from '@atelier/resilience';
import { backgroundParts } from './background-parts.js';
import { BoundedImageProcessor } from './domain/bounded-image-processor.js';
import { MakeImageResult } from './domain/make-image-result.js';
import { PrepareImage } from './domain/prepare-image.js';
import { RunImage } from './domain/run-image.js';
import { AssetResults } from './infra/asset-results.js';
import { resultKey } from './infra/result-key.js';
import { StoredResults } from './infra/stored-results.js';
import type { ImageProcessors } from './domain/image-processor.js';
import { BackgroundAvailability } from './infra/background-availability.js';
import { BackgroundCancellations } from './infra/background-cancellations.js';
import { EnhanceImage } from './infra/enhance-image.js';
import { ImageJobDirectoryController } from './image-job-directory.controller.js';
import { ImageJobChanges } from './infra/image-job-changes.js';
import { ImageJobEvents } from './infra/image-job-events.js';
import { ImageCancellations } from './infra/image-cancellations.js';
import { ImageFigures } from './infra/image-figures.js';
import { ImageThreads } from './infra/image-threads.js';
import { ImageQueue } from './infra/image-queue.js';
import { RetentionSweep } from './infra/retention-sweep.js';
import { OptimiseImage } from './infra/optimise-image.js';
import { SafeImageSource } from './infra/safe-image-source.js';
import { SketchImage } from './infra/sketch/sketch-image.js';
import { playgroundPersonalData } from './infra/privacy/playground-personal-data.js';
import { TextThread } from './infra/sketch/text-thread.js';
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
  readonly figures: ImageFigures;
  /** Changes how images are fetched, for tests. */
  readonly fetching?: Partial<SafeFetcherOptions>;
}

/** Images whose sources are read while others have the cores. */
const readAhead = 6;

/** Puts the playground-processor together. */
@Module({})
export class PlaygroundProcessorModule {
  static async register(parts: PlaygroundProcessorParts): Promise<DynamicModule> {
    const { config, runtime, database, storage, figures } = parts;
    const generation = runtime.client(GenerationServiceService, 'atelier.generation.v1', config.GENERATION_URL);
    const contextOf = (ownerId: string) => runtime.backgroundContext({ userId: ownerId, scopes: ['read', 'generate'] });
    const limits = { maxBytes: config.MAX_IMAGE_BYTES, maxPixels: config.MAX_IMAGE_PIXELS };
    const fetcher = createSafeFetcher({
      allowHosts: '*',
      maxBytes: limits.maxBytes,
      timeoutMs: 30_000,
      idleTimeoutMs: 10_000,
      ...parts.fetching,
    });
    const places = {
      cpu: config.MAX_CONCURRENT_IMAGE_JOBS + readAhead,
      provider: config.MAX_CONCURRENT_PROVIDER_IMAGES,
    };
    const queue = new ImageQueue(database, places, runtime.logger);
    const jobs = new SqlImageJobRepository(database, (images, db) => queue.send(images, db), {
      all: config.MAX_QUEUED_IMAGE_JOBS,
      perUser: config.MAX_QUEUED_IMAGE_JOBS_PER_USER,
    });
    const events = new ImageJobEvents(runtime.events);
    const cancellations = new ImageCancellations();
    const changes = new ImageJobChanges(database, jobs, cancellations);
    const lane = new Bulkhead({
      name: 'decoded images',
      maxInFlight: config.MAX_CONCURRENT_IMAGE_JOBS,
      maxQueued: Number.MAX_SAFE_INTEGER, // Those who come here are bounded themselves.
    });
    const background = backgroundParts({ config, runtime, database, storage, generation, contextOf, lane });
    const threads = new ImageThreads(config.MAX_CONCURRENT_IMAGE_JOBS);
    const textThread = new TextThread();
    const processors: ImageProcessors = {
      background_replacement: background.processor,
      batch_optimization: new BoundedImageProcessor(new OptimiseImage(limits), lane),
      image_enhancement: new BoundedImageProcessor(new EnhanceImage(limits, threads), lane),
      sketch_preparation: new BoundedImageProcessor(new SketchImage(limits, threads, textThread), lane),
    };
    const stored = new StoredResults(
      database,
      new AssetResults(storage, generation, contextOf),
      config.RESULT_CACHE_TTL,
    );
    const sources = new SafeImageSource(fetcher, storage, generation, contextOf, limits);
    const results = new MakeImageResult(sources, processors, stored, resultKey);
    const prepare = new PrepareImage(results, {
      maxCallers: 4 * config.MAX_CONCURRENT_IMAGE_JOBS,
      maxWaitMs: config.PREPROCESS_MAX_WAIT * 1_000,
    });
    const run = new RunImage(jobs, results, cancellations, {
      began: (type) => figures.began(type),
      failed: (error) => runtime.logger.error({ err: error }, 'an image could not be processed'),
      jobEnded: (job) => events.changed(job),
    });
    const retentionS = config.IMAGE_JOB_RETENTION;
    const sweep = new RetentionSweep({
      jobs: retentionS > 0 ? (atMost) => jobs.purge(retentionS, atMost) : undefined,
      results: () => stored.purge(),
      logger: runtime.logger,
    });
    await queue.prepare(run);
    await jobs.adopt();
    await changes.start();
    return {
      module: PlaygroundProcessorModule,
      providers: [
        { provide: BackgroundAvailability, useValue: background.availability },
        { provide: BackgroundCancellations, useValue: background.cancellations },
        { provide: ImageQueue, useValue: queue },
        { provide: ImageFigures, useValue: figures },
        { provide: RetentionSweep, useValue: sweep },
        { provide: ImageThreads, useValue: threads },
        { provide: TextThread, useValue: textThread },
        { provide: SqlImageJobDirectory, useValue: new SqlImageJobDirectory(database) },
        { provide: SqlImageJobRepository, useValue: jobs },
        { provide: ImageJobChanges, useValue: changes },
        { provide: ImageJobEvents, useValue: events },
        { provide: PersonalData, useValue: playgroundPersonalData(database, jobs) },
        { provide: PrepareImage, useValue: prepare },
      ],
      controllers: [ImageJobDirectoryController, PlaygroundProcessorController, PrivacyController],
    };
  }
}
