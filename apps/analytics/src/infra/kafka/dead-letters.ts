import { deadLetterTopic } from '@atelier/events';
import type { IHeaders, Kafka, KafkaMessage, Producer } from 'kafkajs';

/** A message that can't be counted, and why. */
export interface DeadLetter {
  readonly message: KafkaMessage;
  readonly topic: string;
  readonly partition: number;
  /** A short sentence. */
  readonly reason: string;
}

/** Headers that say where a dead letter came from; the message's own ones stay beside them. */
export const deadLetterHeaders = {
  reason: 'dlq-reason',
  topic: 'orig-topic',
  partition: 'orig-partition',
  offset: 'orig-offset',
} as const;

const longestReason = 500;

/** Keeps what can't be read or stored, byte for byte, for a person to look at and to replay. */
export class DeadLetters {
  readonly #kafka: Kafka;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** Resolves when the broker has them. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const producer = (this.#producer ??= this.#connect());
    try {
      const messages = letters.map(({ message, topic, partition, reason }) => ({
        key: message.key,
        value: message.value,
        headers: {
          ...message.headers,
          [deadLetterHeaders.reason]: reason.slice(0, longestReason),
          [deadLetterHeaders.topic]: topic,
          [deadLetterHeaders.partition]: String(partition),
          [deadLetterHeaders.offset]: message.offset,
        } satisfies IHeaders,
      }));
      // One by one in size: each was small enough for a broker before.
      for (const message of messages)
        await (await producer).send({ topic: deadLetterTopic, messages: [message], acks: -1 });
    } catch (error) {
      this.#producer = undefined;
      void producer.then((one) => one.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }
}
