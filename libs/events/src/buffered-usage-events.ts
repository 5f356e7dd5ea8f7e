import { UsageEvent } from '@atelier/contracts/usage/v1';
import {
  createUsageEvent,
  type UsageEventOrigin,
  type UsageEventPublisher,
  type UsagePayload,
} from './usage-event-publisher.js';
import type { UsageEventSink } from './usage-event-sink.js';

/** Limits of the buffer between a request and the sink. */
export interface BufferedUsageEventsOptions {
  readonly service: string;
  readonly version: string;
  readonly sink: UsageEventSink;
  /** Events held while the sink is away; beyond it the oldest are dropped and counted. */
  readonly capacity?: number;
  /** Events in one delivery. */
  readonly batchSize?: number;
  /** Milliseconds an event waits for company; also the first wait after a failed delivery. */
  readonly flushIntervalMs?: number;
  readonly onDropped?: (count: number) => void;
  readonly onDeliveryFailed?: (error: unknown, waiting: number) => void;
  readonly timer?: (work: () => void, ms: number) => { cancel(): void };
}

const longestWaitMs = 10_000;
/** With the longest prompts in every event such a batch stays below the 4 MiB of a gRPC message. */
const defaultBatchSize = 500;

/** Publisher that costs the request path one array push; batches leave in order of arrival, one delivery at a time. */
export class BufferedUsageEvents implements UsageEventPublisher {
  private readonly capacity: number;
  private readonly batchSize: number;
  private readonly flushIntervalMs: number;
  private waiting: UsageEvent[] = [];
  private delivery: Promise<void> | undefined;
  private scheduled: { cancel(): void } | undefined;
  private failures = 0;
  private closed = false;

  constructor(private readonly options: BufferedUsageEventsOptions) {
    this.capacity = options.capacity ?? 50_000;
    this.batchSize = options.batchSize ?? defaultBatchSize;
    this.flushIntervalMs = options.flushIntervalMs ?? 50;
  }

  publish(payload: UsagePayload, origin?: UsageEventOrigin): void {
    this.waiting.push(createUsageEvent(this.options, payload, origin));
    if (this.waiting.length > this.capacity) {
      // Drops a slice at once: shifting one by one would cost a copy of the buffer each time.
      const dropped = Math.max(1, Math.floor(this.capacity / 100));
      this.waiting.splice(0, dropped);
      this.options.onDropped?.(dropped);
    }
    this.schedule(this.flushIntervalMs);
  }

  /** Events that wait for delivery. */
  get size(): number {
    return this.waiting.length;
  }

  /** Delivers what waits, for at most `timeoutMs`; what is left is dropped and counted. */
  async close(timeoutMs = 3_000): Promise<void> {
    this.closed = true;
    this.scheduled?.cancel();
    const giveUpAt = Date.now() + timeoutMs;
    await this.delivery;
    while (this.waiting.length > 0 && Date.now() < giveUpAt && this.failures === 0) await this.deliver();
    if (this.waiting.length > 0) this.options.onDropped?.(this.waiting.length);
    this.waiting = [];
  }

  private schedule(ms: number): void {
    if (this.closed || this.scheduled || this.delivery) return;
    const timer = this.options.timer ?? unreferencedTimer;
    this.scheduled = timer(() => {
      this.scheduled = undefined;
      this.delivery = this.deliver().finally(() => {
        this.delivery = undefined;
        if (this.waiting.length > 0) this.schedule(this.nextWaitMs());
      });
    }, ms);
  }

  private nextWaitMs(): number {
    if (this.failures === 0) return this.waiting.length >= this.batchSize ? 0 : this.flushIntervalMs;
    return Math.min(longestWaitMs, this.flushIntervalMs * 2 ** this.failures);
  }

  /** One event that can't be encoded would hold up all others for ever. */
  private encodable(batch: readonly UsageEvent[]): UsageEvent[] {
    const kept = batch.filter(isEncodable);
    if (kept.length < batch.length) this.options.onDropped?.(batch.length - kept.length);
    return kept;
  }

  private async deliver(): Promise<void> {
    const batch = this.waiting.splice(0, this.batchSize);
    if (batch.length === 0) return;
    try {
      await this.options.sink.send(batch);
      this.failures = 0;
    } catch (error) {
      this.failures = Math.min(this.failures + 1, 16);
      this.waiting = [...this.encodable(batch), ...this.waiting];
      this.options.onDeliveryFailed?.(error, this.waiting.length);
    }
  }
}

function isEncodable(event: UsageEvent): boolean {
  try {
    UsageEvent.encode(event).finish();
    return true;
  } catch {
    return false;
  }
}

function unreferencedTimer(work: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(work, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}
