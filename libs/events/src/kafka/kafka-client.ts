import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { stopIdleTimers } from './stop-idle-timers.js';

/** How the brokers are reached. */
export interface KafkaSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly tls: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** What the client has to say; its own log lines repeat what its rejections say. */
export interface KafkaLogger {
  warn(data: object, message: string): void;
}

/** One client library for producers and consumers; connects when it is first used. */
export function createKafka(clientId: string, settings: KafkaSettings, logger: KafkaLogger): Kafka {
  stopIdleTimers();
  const { brokers, tls, sasl } = settings;
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tls,
    ...(sasl ? { sasl: sasl as KafkaConfig['sasl'] & object } : {}),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 3 },
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ namespace, log }) =>
        logger.warn({ namespace, error: log['error'] }, `kafka: ${log.message}`),
  });
}
