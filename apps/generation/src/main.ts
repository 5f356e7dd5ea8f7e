import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import { databaseConfig, runServiceProcess, storageConfig } from '@atelier/service-defaults';
import { generationConfig } from './generation.config.js';
import { startGeneration } from './start-generation.js';

await runServiceProcess({
  name: 'generation',
  from: import.meta.url,
  defaultPort: 50_053,
  config: { ...generationConfig, ...databaseConfig, ...storageConfig },
  start: async ({ config, runtime, address }) => {
    const database = await openPostgres(config.DATABASE_URL, {
      applicationName: 'generation',
      onError: (error) => runtime.logger.warn({ err: error }, 'database connection'),
    });
    const storage = new FileAssetStorage(join(config.DATA_DIR, 'files'));
    const running = await startGeneration({ config, runtime, address, database, storage });
    return {
      name: running.name,
      address: running.address,
      isServing: () => running.isServing(),
      close: async (graceMs) => {
        await running.close(graceMs);
        await database.close();
      },
    };
  },
});
