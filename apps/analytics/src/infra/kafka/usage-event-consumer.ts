import { setTimeout as pause } from 'node:timers/promises';
import { createUsageTopics, usageTopic } from '@atelier/events';
import { counter, gauge, type Logger } from '@atelier/service-defaults';
import { inTraces } from '@atelier/tracing';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { IngestUsageEvents } from '../../domain/ingest-usage-events.js';
import { DeadLetters } from './dead-letters.js';
import { storeMessages } from './store-messages.js';

export interface UsageEventConsumerOptions {
  /** Partitions of a topic that is made here. */
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly logger: Logger;
}

/** All replicas of analytics share the partitions. */
export const consumerGroup = 'atelier-analytics';

/** Messages in one transaction. */
const portionSize = 2_000;
const heartbeatMs = 2_000;
const longestWaitMs = 15_000;
const lagEveryMs = 15_000;

const consumed = counter({
  name: 'atelier_usage_events_consumed_total',
  help: 'Messages taken from Kafka: stored for the first time, known already, or put among the dead letters',
  labelNames: ['outcome'],
});
const lag = gauge({
  name: 'atelier_usage_consumer_lag',
  help: 'Messages on the topic that the group has not committed yet',
  labelNames: [],
});

/**
 * Takes usage events from Kafka into the database. A portion is stored in one transaction, what can't be counted is put
 * among the dead letters, and only then its offsets are committed: whatever ends this process in between, the next one
 * takes the portion again, and each event counts once by its id.
 */
export class UsageEventConsumer {
  readonly #kafka: Kafka;
  readonly #ingest: Pick<IngestUsageEvents, 'ingest'>;
  readonly #options: UsageEventConsumerOptions;
  readonly #deadLetters: DeadLetters;
  readonly #stopping = new AbortController();
  #lag: number | undefined;
  #running: Promise<void> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  constructor(kafka: Kafka, ingest: Pick<IngestUsageEvents, 'ingest'>, options: UsageEventConsumerOptions) {
    this.#kafka = kafka;
    this.#ingest = ingest;
    this.#options = options;
    this.#deadLetters = new DeadLetters(kafka);
  }

  /** Messages that the group has not committed yet, as of the last look; undefined before the first. */
  get lag(): number | undefined {
    return this.#lag;
  }

  /** Does not wait for the brokers: analytics answers questions without them, too. */
  start(): void {
    this.#running = this.#run();
    this.#watching = this.#watchLag();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#running, this.#watching]);
    await this.#deadLetters.close();
  }

  /** A consumer that ended for good is replaced. */
  async #run(): Promise<void> {
    const { partitions, replicationFactor, logger } = this.#options;
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      const consumer = this.#kafka.consumer({
        groupId: consumerGroup,
        sessionTimeout: 15_000,
        heartbeatInterval: heartbeatMs,
        rebalanceTimeout: 30_000,
        maxWaitTimeInMs: 100,
        maxBytesPerPartition: 2_000_000,
      });
      try {
        await createUsageTopics(this.#kafka, { partitions, replicationFactor });
        await this.#consumeUntilItEnds(consumer);
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn({ err: error }, 'usage events stay on Kafka: it can not be read');
      } finally {
        await consumer.disconnect().catch(() => undefined);
      }
      await this.#pause(Math.min(longestWaitMs, 500 * 2 ** failures));
    }
  }

  async #consumeUntilItEnds(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topic: usageTopic, fromBeginning: true });
    const ended = new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      this.#stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 2,
      eachBatch: (batch) => this.#takeBatch(consumer, batch),
    });
    await ended;
    await consumer.stop();
  }

  async #takeBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    const { topic, partition, messages } = batch;
    for (let from = 0; from < messages.length; from += portionSize) {
      const portion = messages.slice(from, from + portionSize);
      const isDone = await this.#store(payload, portion);
      const last = portion.at(-1);
      if (!isDone || !last || !isRunning() || isStale()) return;
      const offset = String(BigInt(last.offset) + 1n);
      await consumer.commitOffsets([{ topic, partition, offset }]);
      resolveOffset(last.offset);
      await heartbeat();
    }
  }

  /** Tries until it is stored; false when this consumer has lost the partition or ends. */
  async #store(
    { batch, heartbeat, isRunning, isStale }: EachBatchPayload,
    portion: typeof batch.messages,
  ): Promise<boolean> {
    const { topic, partition } = batch;
    for (let failures = 0; ;) {
      const alive = setInterval(() => void heartbeat().catch(() => undefined), heartbeatMs);
      try {
        const { stored, uncounted } = await inTraces(portion.map(traceparentIn), processSpan(portion.length), () =>
          storeMessages(portion, this.#ingest),
        );
        await this.#deadLetters.add(uncounted.map((one) => ({ ...one, topic, partition })));
        consumed.inc({ outcome: 'stored' }, stored);
        consumed.inc({ outcome: 'known' }, portion.length - stored - uncounted.length);
        consumed.inc({ outcome: 'dead_letter' }, uncounted.length);
        if (uncounted.length > 0)
          this.#options.logger.warn(
            { count: uncounted.length, reason: uncounted[0]?.reason },
            'usage events put among the dead letters',
          );
        return true;
      } catch (error) {
        failures += 1;
        this.#options.logger.warn({ err: error, partition }, 'usage events wait on Kafka: they could not be stored');
        await this.#pause(Math.min(longestWaitMs, 200 * 2 ** failures));
        if (this.#stopping.signal.aborted || !isRunning() || isStale()) return false;
      } finally {
        clearInterval(alive);
      }
    }
  }

  async #watchLag(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#measureLag().catch((error: unknown) =>
        this.#options.logger.warn({ err: error }, 'how far behind usage events are could not be measured'),
      );
      await this.#pause(lagEveryMs);
    }
  }

  async #measureLag(): Promise<void> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      const ends = await admin.fetchTopicOffsets(usageTopic);
      const [group] = await admin.fetchOffsets({ groupId: consumerGroup, topics: [usageTopic] });
      const committed = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      const behind = ends.map(({ partition, high, low }) => {
        const at = committed.get(partition) ?? -1;
        return Number(high) - (at < 0 ? Number(low) : at);
      });
      this.#lag = behind.reduce((sum, one) => sum + one, 0);
      lag.set(this.#lag);
    } finally {
      await admin.disconnect();
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
  }
}

/** W3C trace context of a message. */
function traceparentIn({ headers }: KafkaMessage): string | undefined {
  return headers?.['traceparent']?.toString();
}

function processSpan(messages: number): Parameters<typeof inTraces>[1] {
  return {
    name: `process ${usageTopic}`,
    role: 'consumer',
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.destination.name': usageTopic,
      'messaging.batch.message_count': messages,
    },
  };
}
