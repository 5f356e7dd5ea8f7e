import { join } from 'node:path';
import {
  createKafka,
  type KafkaSettings,
  KafkaUsageEventSink,
  SpooledUsageEventSink,
  type UsageEventSink,
} from '@atelier/events';
import type { UsageConfig } from './common-config.js';
import type { Logger } from './logger.js';
import { counter, gauge } from './metrics.js';
import type { SpoolSize } from './spool-reports.js';

/** The ways of usage events out of a service. */
export interface UsageDelivery {
  /** Resolves when the receiver has them: for events that wait in a database until then. */
  readonly direct: UsageEventSink;
  /** Resolves when the receiver has them or they are on disk. */
  readonly spooled: UsageEventSink;
  close(): Promise<void>;
}

const daysMs = 24 * 3_600_000;
/** Analytics refuses what is older than it keeps; a receiver that is away for a week is another matter. */
const longestWaitMs = 7 * daysMs;

const labelNames = ['service'];
const spooled = gauge({
  name: 'atelier_usage_spool_events',
  help: 'Usage events that wait on disk because their receiver is away',
  labelNames,
});
const spooledBytes = gauge({
  name: 'atelier_usage_spool_bytes',
  help: 'Bytes of usage events that wait on disk',
  labelNames,
});
export const droppedUsageEvents = counter({
  name: 'atelier_usage_events_dropped_total',
  help: 'Usage events lost because their receiver was away too long, or because they could not be read again',
  labelNames: ['service'],
});

/** The brokers of the configuration; undefined where events go without Kafka. */
export function kafkaSettings(config: UsageConfig): KafkaSettings | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  if (!brokers) return undefined;
  const sasl = username && { mechanism: config.KAFKA_SASL_MECHANISM, username, password: password ?? '' };
  return { brokers, tls: config.KAFKA_TLS, ...(sasl ? { sasl } : {}) };
}

/** To Kafka where it is configured, to `analytics` otherwise; over the disk while that is away. */
export function createUsageDelivery(
  service: string,
  analytics: UsageEventSink,
  config: UsageConfig | undefined,
  logger: Logger,
  onSpooled: (size: SpoolSize) => void = () => undefined,
): UsageDelivery {
  if (!config) return { direct: analytics, spooled: analytics, close: async () => {} };
  const brokers = kafkaSettings(config);
  const kafka =
    brokers &&
    new KafkaUsageEventSink(createKafka(`atelier-${service}`, brokers, logger), {
      onTooLarge: (count) => {
        droppedUsageEvents.inc({ service }, count);
        logger.error({ count }, 'usage events dropped: they are larger than a broker takes');
      },
    });
  const direct = kafka ?? analytics;
  const sink = new SpooledUsageEventSink(direct, {
    spool: {
      folder: config.EVENT_SPOOL_DIR ?? join(config.DATA_DIR, 'spool'),
      service,
      maxBytes: config.EVENT_SPOOL_MAX_BYTES,
      maxAgeMs: longestWaitMs,
      onDropped: (count, why) => {
        droppedUsageEvents.inc({ service }, count);
        logger.error({ count, why }, 'usage events that waited on disk are dropped');
      },
    },
    onAway: (error, waiting) => {
      tell();
      logger.warn({ err: error, waiting }, 'usage events wait on disk: their receiver is away');
    },
    onBack: () => {
      tell();
      logger.info('usage events that waited on disk were delivered');
    },
  });
  const tell = (): void => {
    spooled.set({ service }, sink.size);
    spooledBytes.set({ service }, sink.bytes);
    onSpooled({ events: sink.size, bytes: sink.bytes });
  };
  return {
    direct,
    spooled: sink,
    close: async () => {
      await sink.close();
      await kafka?.close();
    },
  };
}
