import type { AssetStorage } from '@atelier/asset-storage';
import { ImageJobDirectoryServiceService, PlaygroundServiceService } from '@atelier/contracts/playground/v1';
import { PrivacyServiceService } from '@atelier/contracts/privacy/v1';
import { type Database, migrate } from '@atelier/persistence';
import type { SafeFetcherOptions } from '@atelier/safe-fetch';
import { type Logger, type RunningService, type ServiceStart, startGrpcService } from '@atelier/service-defaults';
import { ImageFigures } from './infra/image-figures.js';
import { migrations, playgroundSchema } from './infra/migrations.js';
import { readQueueFigures } from './infra/queue-figures.js';
import type { playgroundProcessorConfig } from './playground-processor.config.js';
import { PlaygroundProcessorModule } from './playground-processor.module.js';

/** What the playground-processor is started with; database and storage belong to the caller. */
export interface PlaygroundProcessorStart extends ServiceStart<typeof playgroundProcessorConfig> {
  readonly database: Database;
  readonly storage: AssetStorage;
  /** Changes how images are fetched, for tests. */
  readonly fetching?: Partial<SafeFetcherOptions>;
}

/** Brings the schema up to date, serves, and takes image jobs from the queue. */
export async function startPlaygroundProcessor(start: PlaygroundProcessorStart): Promise<RunningService> {
  const { config, runtime, address, database } = start;
  warnAboutThreads(config.MAX_CONCURRENT_IMAGE_JOBS, runtime.logger);
  const figures = new ImageFigures(() => readQueueFigures(database), config.MAX_QUEUED_IMAGE_JOBS, runtime.logger);
  await migrate(database, playgroundSchema, migrations);
  const running = await startGrpcService({
    name: runtime.name,
    version: runtime.version,
    address,
    packageName: 'atelier.playground.v1',
    services: {
      'atelier.playground.v1.ImageJobDirectoryService': ImageJobDirectoryServiceService,
      'atelier.playground.v1.PlaygroundService': PlaygroundServiceService,
      'atelier.privacy.v1.PrivacyService': PrivacyServiceService,
    },
    module: await PlaygroundProcessorModule.register({ ...start, figures }),
    identitySecret: runtime.identitySecret,
    logger: runtime.logger,
  });
  return { ...running, isReady: () => running.isServing() && !figures.isFull() };
}

/** sharp works in libuv's threads, whose number is settled before any of our code runs. */
function warnAboutThreads(images: number, logger: Logger): void {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  if (threads < images) logger.warn({ threads, images }, 'UV_THREADPOOL_SIZE is below MAX_CONCURRENT_IMAGE_JOBS');
}
