import { AsyncResource } from 'node:async_hooks';
import type { Logger } from '@atelier/service-defaults';

const idleWaitMs = 5_000;
const longestWaitMs = 30_000;

/** What is delivered in rounds. */
export interface RoundsTools {
  /** Delivers everything that is due; false when whoever should take it did not. */
  readonly deliver: () => Promise<boolean>;
  /** What gathers for this long goes together, in milliseconds. */
  readonly gatherMs: number;
  /** Name in the log. */
  readonly name: string;
  readonly logger: Logger;
}

/** When committed messages are delivered: soon after something woke it, every few seconds anyway, later and later while it fails. */
export class DeliveryRounds {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #failures = 0;
  #stopped = false;
  /** There is, or may be, more than the running round has seen. */
  #woken = false;

  /** Outside of the call that happens to wake it: its context has no part in a delivery. */
  readonly #schedule = AsyncResource.bind((waitMs: number): void => {
    if (this.#stopped || this.#round) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#woken = false;
      this.#round = this.round();
    }, waitMs);
    this.#timer.unref();
  });

  constructor(private readonly tools: RoundsTools) {}

  /** There may be something to deliver. */
  wake(): void {
    if (this.#woken || this.#failures > 0) return;
    this.#woken = true;
    this.#schedule(this.tools.gatherMs);
  }

  start(): void {
    this.#schedule(0);
  }

  /** Delivers what is left, unless the last round failed, and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    if (this.#failures === 0) await this.tools.deliver();
  }

  private async round(): Promise<void> {
    const { deliver, gatherMs, name, logger } = this.tools;
    let nextMs = longestWaitMs;
    try {
      const delivered = await deliver();
      this.#failures = delivered ? 0 : this.#failures + 1;
      nextMs = delivered ? idleWaitMs : Math.min(longestWaitMs, 500 * 2 ** this.#failures);
    } catch (error) {
      logger.error({ err: error }, name);
    }
    this.#round = undefined;
    this.#schedule(this.#woken ? gatherMs : nextMs);
  }
}
