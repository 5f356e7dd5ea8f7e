import { assetStorageConfig, openAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import { type ConfigOf, databaseConfig, type RunningService, type ServiceStart } from '@atelier/service-defaults';
import { generationConfig } from './generation.config.js';
import { startGeneration } from './start-generation.js';

/** Settings of the service as its own process. */
export const generationProcessConfig = { ...generationConfig, ...databaseConfig, ...assetStorageConfig };

/** Starts the service with a database connection of its own, which is closed with it. */
export async function startAlone(start: ServiceStart<typeof generationProcessConfig>): Promise<RunningService> {
  const config: ConfigOf<typeof generationProcessConfig> = start.config;
  const database = await openPostgres(config.DATABASE_URL, {
    applicationName: 'generation',
    onError: (error) => start.runtime.logger.warn({ err: error }, 'database connection'),
  });
  const storage = await openAssetStorage(config);
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
