import { z } from 'zod';
import { type ConfigOf, decimal, flag, integer, secret } from './config.js';

/** Variables that every service understands. */
export const commonConfig = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least severe log line.'),
  METRICS_PORT: integer(0, { max: 65_535 }).describe('Port of /metrics, /live and /ready of a service; 0 = off.'),
  IDENTITY_SECRET: z
    .string({ error: 'is required: the same secret of at least 32 characters for the gateway and every service' })
    .min(32, 'must have at least 32 characters')
    .describe('Signs the identity token between services. Embedded: random for each start.'),
  SERVICE_VERSION: z.string().default('').describe('Version to report; the package version when unset.'),
  SHUTDOWN_GRACE: integer(5, { max: 600 }).describe('Seconds that running calls may still take after a stop signal.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe('Collector of traces (OTLP over HTTP), without /v1/traces. Unset: no traces are recorded.'),
  OTEL_EXPORTER_OTLP_HEADERS: secret().describe('Headers for the collector: name=value, separated by commas.'),
  OTEL_TRACES_SAMPLER_ARG: decimal(1, { max: 1 }).describe(
    'Share of traces that are recorded, 0 to 1. Services follow the gateway.',
  ),
} as const;

/** Where the traces of a process go. */
export type TracingConfig = Pick<
  ConfigOf<typeof commonConfig>,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_TRACES_SAMPLER_ARG'
>;

/** Addresses of the services, for whoever calls them. */
export const serviceUrls = {
  CLASSIFIER_URL: z.string().default('127.0.0.1:50051').describe('gRPC target of the classifier.'),
  MODEL_SELECTOR_URL: z.string().default('127.0.0.1:50052').describe('gRPC target of the model-selector.'),
  GENERATION_URL: z.string().default('127.0.0.1:50053').describe('gRPC target of the generation service.'),
  PLAYGROUND_PROCESSOR_URL: z.string().default('127.0.0.1:50054').describe('gRPC target of the playground-processor.'),
  PRESETS_URL: z.string().default('127.0.0.1:50055').describe('gRPC target of the presets service.'),
  ANALYTICS_URL: z.string().default('127.0.0.1:50056').describe('gRPC target of the analytics service.'),
} as const;

/** Database of a service that runs as its own process. */
export const databaseConfig = {
  DATABASE_URL: z
    .string({ error: 'is required when a service runs alone: the embedded database belongs to `npm start`' })
    .describe('PostgreSQL URL. Unset with `npm start`: embedded PostgreSQL in DATA_DIR.'),
} as const;

/** Where files are. */
export const storageConfig = {
  DATA_DIR: z.string().default('./.data').describe('Folder of the embedded database, files and keys.'),
} as const;

/** How usage events reach analytics. */
export const usageConfig = {
  DATA_DIR: storageConfig.DATA_DIR,
  KAFKA_BROKERS: z
    .string()
    .optional()
    .transform((text) => text?.split(',').map((broker) => broker.trim()))
    .refine((brokers) => brokers?.every((broker) => /^[^\s:/]+:\d{1,5}$/.test(broker)) ?? true, {
      error: 'must be host:port, separated by commas',
    })
    .describe('host:port of Kafka brokers, separated by commas. Unset: usage events go straight to analytics.'),
  KAFKA_TLS: flag(false).describe('TLS to the brokers.'),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], { error: 'must be plain, scram-sha-256 or scram-sha-512' })
    .default('plain')
    .describe('How the brokers check the name below.'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('Name at the brokers. Unset: none is given.'),
  KAFKA_SASL_PASSWORD: secret().describe('Password at the brokers.'),
  EVENT_SPOOL_DIR: z
    .string()
    .optional()
    .describe(
      'Where usage events wait on disk while analytics or Kafka is away, in files of each process. Unset: spool in DATA_DIR.',
    ),
  EVENT_SPOOL_MAX_BYTES: integer(256 * 1024 * 1024, { min: 1_000_000 }).describe(
    'Bytes of usage events that may wait on disk, per process; beyond it the oldest are dropped and counted.',
  ),
} as const;

/** The validated settings. */
export type UsageConfig = ConfigOf<typeof usageConfig>;
