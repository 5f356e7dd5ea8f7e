import { UsageEvent } from '@atelier/contracts/usage/v1';
import { inTraces } from '@atelier/tracing';
import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { traceparentOf } from '../usage-event-publisher.js';
import type { UsageEventSink } from '../usage-event-sink.js';
import { usageTopic } from './usage-topic.js';

export interface KafkaUsageEventSinkOptions {
  /** Milliseconds until a batch counts as not delivered. */
  readonly timeoutMs?: number;
  readonly topic?: string;
  /** Told of events that no broker takes because of their size; they are left out. */
  readonly onTooLarge?: (events: number) => void;
}

/** A broker takes a megabyte at once by default, with its own words around it. */
const mostBytes = 900_000;

const defaultTimeoutMs = 5_000;

/**
 * Delivers to Kafka: acknowledged by all replicas, in order, and no retry of a batch makes another of it. A producer that
 * failed in any way is replaced by a new one, since some failures end it for good; then a batch may be there twice, and
 * `event_id` tells.
 */
export class KafkaUsageEventSink implements UsageEventSink {
  readonly #kafka: Kafka;
  readonly #timeoutMs: number;
  readonly #topic: string;
  readonly #onTooLarge: (events: number) => void;
  #producer: Promise<Producer> | undefined;
  #closed = false;

  constructor(
    kafka: Kafka,
    { timeoutMs = defaultTimeoutMs, topic = usageTopic, onTooLarge = () => {} }: KafkaUsageEventSinkOptions = {},
  ) {
    this.#kafka = kafka;
    this.#timeoutMs = timeoutMs;
    this.#topic = topic;
    this.#onTooLarge = onTooLarge;
  }

  async send(events: readonly UsageEvent[]): Promise<void> {
    if (this.#closed) throw new Error('the producer is closed');
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.destination.name': this.#topic,
      'messaging.batch.message_count': events.length,
    } as const;
    await inTraces(events.map(traceparentOf), { name: `send ${this.#topic}`, role: 'producer', attributes }, (onward) =>
      this.#sendAll(events, onward),
    );
  }

  async #sendAll(
    events: readonly UsageEvent[],
    onward: (traceparent: string | undefined) => string | undefined,
  ): Promise<void> {
    // Encoding first: what can't be encoded is no reason for a new producer.
    const messages = events.map((event) => toMessage(event, onward(traceparentOf(event))));
    const sendable = messages.filter(({ value }) => value.length <= mostBytes);
    if (sendable.length < messages.length) this.#onTooLarge(messages.length - sendable.length);
    for (const portion of portionsOf(sendable)) await this.#sendPortion(portion);
  }

  async #sendPortion(messages: Message[]): Promise<void> {
    const producer = (this.#producer ??= this.#connect());
    try {
      await withinTime(
        producer.then((one) =>
          one.send({
            topic: this.#topic,
            messages,
            acks: -1,
            compression: CompressionTypes.GZIP,
            timeout: this.#timeoutMs,
          }),
        ),
        this.#timeoutMs,
      );
    } catch (error) {
      this.#drop(producer);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  #drop(producer: Promise<Producer>): void {
    if (this.#producer === producer) this.#producer = undefined;
    // What it still tries ends with its connection.
    void producer.then((one) => one.disconnect()).catch(() => undefined);
  }
}

/** In their order, each small enough for a broker however badly it can be compressed. */
function portionsOf(messages: readonly UsageMessage[]): UsageMessage[][] {
  const portions: UsageMessage[][] = [];
  let bytes = mostBytes;
  for (const message of messages) {
    if (bytes + message.value.length > mostBytes) {
      portions.push([]);
      bytes = 0;
    }
    portions.at(-1)?.push(message);
    bytes += message.value.length;
  }
  return portions;
}

type UsageMessage = Message & { readonly value: Buffer };

function toMessage(event: UsageEvent, traceparent: string | undefined): UsageMessage {
  return {
    key: event.userId || null,
    value: Buffer.from(UsageEvent.encode(event).finish()),
    timestamp: String(event.occurTime?.getTime() ?? Date.now()),
    ...(traceparent || event.traceId
      ? {
          headers: { ...(event.traceId ? { 'trace-id': event.traceId } : {}), ...(traceparent ? { traceparent } : {}) },
        }
      : {}),
  };
}

async function withinTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Kafka did not take the events within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
