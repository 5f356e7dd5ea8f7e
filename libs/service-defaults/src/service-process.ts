import { commonConfig, serviceUrls, usageConfig } from './common-config.js';
import { type ConfigOf, type ConfigShape, integer, loadConfig } from './config.js';
import type { RunningService } from './grpc-service.js';
import { startOpsServer } from './ops-server.js';
import { runProcess } from './run-process.js';
import { createServiceRuntime, type ServiceRuntime } from './service-runtime.js';
import { startProcessTracing } from './start-process-tracing.js';
import { serviceVersion } from './service-version.js';

/** What a service is started with, alone or inside `npm start`: it can't tell the difference. */
export interface ServiceStart<Shape extends ConfigShape> {
  readonly config: ConfigOf<Shape>;
  readonly runtime: ServiceRuntime;
  /** `host:port` or `unix:/path` to serve on. */
  readonly address: string;
}

/** A service as its own process. */
export interface ServiceProcess<Shape extends ConfigShape> {
  readonly name: string;
  /** The caller's `import.meta.url`, to find its package.json. */
  readonly from: string;
  readonly defaultPort: number;
  readonly config: Shape;
  readonly start: (start: ServiceStart<Shape>) => Promise<RunningService>;
}

/** The whole of a service's `main.ts`: configuration, runtime, /metrics, signals, drain. */
export function runServiceProcess<const Shape extends ConfigShape>(service: ServiceProcess<Shape>): Promise<void> {
  return runProcess(service.name, async () => {
    const common = loadConfig({
      ...commonConfig,
      ...usageConfig,
      ANALYTICS_URL: serviceUrls.ANALYTICS_URL,
      GRPC_PORT: integer(service.defaultPort, { max: 65_535 }),
    });
    const config = loadConfig(service.config);
    const version = serviceVersion(service.from, common.SERVICE_VERSION);
    const tracing = await startProcessTracing({ name: service.name, version }, common);
    const runtime = createServiceRuntime({
      name: service.name,
      version,
      logLevel: common.LOG_LEVEL,
      identitySecret: common.IDENTITY_SECRET,
      analyticsUrl: common.ANALYTICS_URL,
      usage: common,
    });
    const running = await service.start({ config, runtime, address: `${common.HOST}:${common.GRPC_PORT}` });
    const ops = common.METRICS_PORT
      ? await startOpsServer({
          host: common.HOST,
          port: common.METRICS_PORT,
          version,
          isReady: () => running.isReady?.() ?? running.isServing(),
        })
      : undefined;
    return {
      close: async () => {
        await running.close(common.SHUTDOWN_GRACE * 1000);
        await runtime.close();
        await tracing.close();
        await ops?.close();
      },
    };
  });
}
