import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import {
  type ConfigOf,
  databaseConfig,
  type RunningService,
  type ServiceStart,
  storageConfig,
} from '@atelier/service-defaults';
import { generationConfig } from './generation.config.js';
import { startGeneration } from './start-generation.js';

/** Settings of the service as its own process. */
export const generationProcessConfig = { ...generationConfig, ...databaseConfig, ...storageConfig };

/** Starts the service with a database connection and a file storage of its own, which are closed with it. */
export async function startAlone(start: ServiceStart<typeof generationProcessConfig>): Promise<RunningService> {
  const config: ConfigOf<typeof generationProcessConfig> = start.config;
  const database = await openPostgres(config.DATABASE_URL, {
    applicationName: 'generation',
    onError: (error) => start.runtime.logger.warn({ err: error }, 'database connection'),
  });
  const storage = new FileAssetStorage(join(config.DATA_DIR, 'files'));
  const running = await startGeneration({ ...start, database, storage });
  return {
    name: running.name,
    address: running.address,
    isServing: () => running.isServing(),
    close: async (graceMs) => {
      await running.close(graceMs);
      await database.close();
    },
  };
}
