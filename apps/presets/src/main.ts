import { openPostgres } from '@atelier/persistence';
import { databaseConfig, runServiceProcess } from '@atelier/service-defaults';
import { presetsConfig, startPresets } from './index.js';

await runServiceProcess({
  name: 'presets',
  from: import.meta.url,
  defaultPort: 50055,
  config: { ...presetsConfig, ...databaseConfig },
  start: async (start) => {
    const database = await openPostgres(start.config.DATABASE_URL, { applicationName: 'atelier-presets' });
    const service = await startPresets({ ...start, database });
    return { ...service, close: (graceMs) => service.close(graceMs).finally(() => database.close()) };
  },
});
