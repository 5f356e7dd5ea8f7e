import { commonConfig, decimal, flag, integer, storageConfig } from '@atelier/service-defaults';
import { z } from 'zod';

/** Settings of `npm start` itself; each service reads its own from the same environment. */
export const standaloneConfig = {
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  SERVICE_VERSION: commonConfig.SERVICE_VERSION,
  SHUTDOWN_GRACE: commonConfig.SHUTDOWN_GRACE,
  OTEL_EXPORTER_OTLP_ENDPOINT: commonConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  OTEL_EXPORTER_OTLP_HEADERS: commonConfig.OTEL_EXPORTER_OTLP_HEADERS,
  OTEL_TRACES_SAMPLER_ARG: commonConfig.OTEL_TRACES_SAMPLER_ARG,
  DATA_DIR: storageConfig.DATA_DIR,
  DATABASE_URL: z
    .string()
    .optional()
    .describe('PostgreSQL URL. Unset with `npm start`: embedded PostgreSQL in DATA_DIR.'),
  SANDBOX_PORT: integer(0, { max: 65_535 }).describe('Port of the provider sandbox; 0 = any free one.'),
  SANDBOX_TIME_SCALE: decimal(1, { max: 100 }).describe('Speed of the provider sandbox: 1 = realistic, 0 = at once.'),
  SANDBOX_CONTROL: flag(false).describe('Lets tests make the provider sandbox misbehave. Never in production.'),
} as const;
