export {
  commonConfig,
  databaseConfig,
  serviceUrls,
  storageConfig,
  usageConfig,
  type UsageConfig,
} from './common-config.js';
export {
  ConfigError,
  decimal,
  dollars,
  flag,
  integer,
  loadConfig,
  secret,
  type ConfigOf,
  type ConfigShape,
} from './config.js';
export { startGrpcService, type GrpcServiceOptions, type RunningService } from './grpc-service.js';
export { loadDotEnv } from './load-dot-env.js';
export { createLogger, nestLogger, type Logger } from './logger.js';
export { counter, gauge, meterCall, metricsRegistry, secondsHistogram } from './metrics.js';
export { startOpsServer } from './ops-server.js';
export { runProcess, StartRefused, type Stoppable } from './run-process.js';
export { createServiceRuntime, type ServiceRuntime, type ServiceRuntimeOptions } from './service-runtime.js';
export { runServiceProcess, type ServiceProcess, type ServiceStart } from './service-process.js';
export { startProcessTracing } from './start-process-tracing.js';
export { serviceVersion } from './service-version.js';
export { kafkaSettings } from './usage-delivery.js';
