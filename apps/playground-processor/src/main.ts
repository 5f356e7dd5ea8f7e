import { join } from 'node:path';
import { FileAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import { databaseConfig, runServiceProcess, storageConfig } from '@atelier/service-defaults';
import { playgroundProcessorConfig, startPlaygroundProcessor } from './index.js';

await runServiceProcess({
  name: 'playground-processor',
  from: import.meta.url,
  defaultPort: 50054,
  config: { ...playgroundProcessorConfig, ...databaseConfig, ...storageConfig },
  start: async (start) => {
    const database = await openPostgres(start.config.DATABASE_URL, { applicationName: 'atelier-playground-processor' });
    const storage = new FileAssetStorage(join(start.config.DATA_DIR, 'files'));
    const service = await startPlaygroundProcessor({ ...start, database, storage });
    return { ...service, close: (graceMs) => service.close(graceMs).finally(() => database.close()) };
  },
});
