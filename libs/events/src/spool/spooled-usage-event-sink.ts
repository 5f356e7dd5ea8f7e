import type { UsageEvent } from '@atelier/contracts/usage/v1';
import type { UsageEventSink } from '../usage-event-sink.js';
import { UsageEventSpool, type UsageEventSpoolOptions } from './usage-event-spool.js';

export interface SpooledUsageEventSinkOptions {
  readonly spool: UsageEventSpoolOptions;
  /** The receiver did not take a batch; `waiting` events are on disk now. */
  readonly onAway?: (error: unknown, waiting: number) => void;
  /** It took everything that waited. */
  readonly onBack?: () => void;
  readonly timer?: (work: () => void, ms: number) => { cancel(): void };
}

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/**
 * Takes every event as soon as it is delivered or on disk. While something waits, all events go through the disk, so they
 * are delivered in the order in which they came; a batch may be delivered twice (`event_id`).
 */
export class SpooledUsageEventSink implements UsageEventSink {
  readonly #inner: UsageEventSink;
  readonly #options: SpooledUsageEventSinkOptions;
  #spool: UsageEventSpool | undefined;
  #scheduled: { cancel(): void } | undefined;
  #drain: Promise<void> | undefined;
  #failures = 0;
  #closed = false;

  constructor(inner: UsageEventSink, options: SpooledUsageEventSinkOptions) {
    this.#inner = inner;
    this.#options = options;
    if (UsageEventSpool.isUsed(options.spool)) {
      this.#spool = UsageEventSpool.open(options.spool);
      this.#schedule(0);
    }
  }

  /** Events on disk. */
  get size(): number {
    return this.#spool?.size ?? 0;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  async send(events: readonly UsageEvent[]): Promise<void> {
    if (this.size === 0) {
      try {
        return await this.#inner.send(events);
      } catch (error) {
        this.#keep(events);
        this.#options.onAway?.(error, this.size);
      }
    } else {
      this.#keep(events);
    }
    this.#schedule(firstWaitMs);
  }

  /** What waits is delivered after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#scheduled?.cancel();
    await this.#drain;
    this.#spool?.close();
    this.#spool = undefined;
  }

  #keep(events: readonly UsageEvent[]): void {
    this.#spool ??= UsageEventSpool.open(this.#options.spool);
    this.#spool.add(events);
  }

  #schedule(ms: number): void {
    if (this.#closed || this.#scheduled || this.#drain) return;
    const timer = this.#options.timer ?? unreferencedTimer;
    this.#scheduled = timer(() => {
      this.#scheduled = undefined;
      this.#drain = this.#deliver().finally(() => {
        this.#drain = undefined;
        if (this.size > 0) this.#schedule(Math.min(longestWaitMs, firstWaitMs * 2 ** this.#failures));
      });
    }, ms);
  }

  async #deliver(): Promise<void> {
    const spool = this.#spool;
    try {
      for (let batch = spool?.first(); batch && !this.#closed; batch = spool?.first()) {
        await this.#inner.send(batch.events);
        spool?.remove(batch);
        this.#failures = 0;
      }
      if (this.size === 0) this.#options.onBack?.();
    } catch (error) {
      this.#failures = Math.min(this.#failures + 1, 16);
      this.#options.onAway?.(error, this.size);
    }
  }
}

function unreferencedTimer(work: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(work, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}
