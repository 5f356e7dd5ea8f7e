import { openPostgres } from '@atelier/persistence';
import { databaseConfig, runServiceProcess } from '@atelier/service-defaults';
import { analyticsConfig, startAnalytics } from './index.js';

await runServiceProcess({
  name: 'analytics',
  from: import.meta.url,
  defaultPort: 50056,
  config: { ...analyticsConfig, ...databaseConfig },
  start: async (start) => {
    const database = await openPostgres(start.config.DATABASE_URL, { applicationName: 'atelier-analytics' });
    const service = await startAnalytics({ ...start, database });
    return { ...service, close: (graceMs) => service.close(graceMs).finally(() => database.close()) };
  },
});
