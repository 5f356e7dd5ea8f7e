import { assetStorageConfig, openAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import { databaseConfig, runServiceProcess } from '@atelier/service-defaults';
import { playgroundProcessorConfig, startPlaygroundProcessor } from './index.js';

await runServiceProcess({
  name: 'playground-processor',
  from: import.meta.url,
  defaultPort: 50054,
  config: { ...playgroundProcessorConfig, ...databaseConfig, ...assetStorageConfig },
  start: async (start) => {
    const database = await openPostgres(start.config.DATABASE_URL, { applicationName: 'atelier-playground-processor' });
    const storage = await openAssetStorage(start.config);
    const service = await startPlaygroundProcessor({ ...start, database, storage });
    return { ...service, close: (graceMs) => service.close(graceMs).finally(() => database.close()) };
  },
});
