import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAssetStorage } from '@atelier/asset-storage';
import { openPostgres } from '@atelier/persistence';
import { openRedis } from '@atelier/redis';
import {
  commonConfig,
  createServiceRuntime,
  databaseConfig,
  loadConfig,
  serviceVersion,
  startOpsServer,
  startProcessTracing,
  type Stoppable,
  usageConfig,
} from '@atelier/service-defaults';
import { gatewayConfig } from './gateway.config.js';
import { startGateway } from './start-gateway.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The gateway as a process of its own: everything but its configuration comes from the outside. */
export async function startGatewayProcess(print: (text: string) => void): Promise<Stoppable> {
  const common = loadConfig({ ...commonConfig, ...databaseConfig, ...usageConfig });
  const config = loadConfig(gatewayConfig);
  const opened: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).toReversed()) await step();
  };
  try {
    const version = serviceVersion(import.meta.url, common.SERVICE_VERSION);
    const tracing = await startProcessTracing({ name: 'gateway', version, isEdge: true }, common);
    opened.push(() => tracing.close());
    const database = await openPostgres(common.DATABASE_URL, { applicationName: 'atelier-gateway' });
    opened.push(() => database.close());
    const runtime = createServiceRuntime({
      name: 'gateway',
      version,
      logLevel: common.LOG_LEVEL,
      identitySecret: common.IDENTITY_SECRET,
      analyticsUrl: config.ANALYTICS_URL,
      usage: common,
    });
    opened.push(() => runtime.close());
    const redis = await openRedis(config, { name: 'atelier-gateway', logger: runtime.logger });
    opened.push(async () => redis?.close());
    const docsDir = join(root, 'docs');
    const webRoot = join(root, 'apps/web/dist');
    const gateway = await startGateway({
      config,
      runtime,
      database,
      storage: await openAssetStorage(config),
      redis,
      ...(existsSync(docsDir) ? { docsDir } : {}),
      ...(existsSync(webRoot) ? { webRoot } : {}),
    });
    opened.push(() => gateway.close(common.SHUTDOWN_GRACE * 1000));
    if (common.METRICS_PORT) {
      const ops = await startOpsServer({
        host: common.HOST,
        port: common.METRICS_PORT,
        version,
        isReady: () => true,
      });
      opened.push(() => ops.close());
    }
    if (gateway.newAdminKey) print(`Admin key (shown this once, kept in DATA_DIR/admin-key): ${gateway.newAdminKey}\n`);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}
