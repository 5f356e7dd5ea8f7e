import { RollingWindow } from './rolling-window.js';

/** How many repeated calls are allowed. */
export interface RetryBudgetOptions {
  /** Repeated calls for each first one in the window; default 0.2. */
  readonly ratio?: number;
  /** Repeated calls in the window that are allowed however few first ones there are; default 10. */
  readonly floor?: number;
  /** In milliseconds; default 60,000. */
  readonly windowMs?: number;
  /** Clock in epoch milliseconds. */
  readonly now?: () => number;
}

/**
 * Bounds the calls that repeat or replace failed ones, so that a provider in trouble gets little more than its usual load
 * instead of a multiple of it (Google SRE book, chapter 21).
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #floor: number;
  readonly #window: RollingWindow;

  constructor({ ratio = 0.2, floor = 10, windowMs = 60_000, now = Date.now }: RetryBudgetOptions = {}) {
    this.#ratio = ratio;
    this.#floor = floor;
    this.#window = new RollingWindow(windowMs, now);
  }

  /** Counts a first call. */
  noteCall(): void {
    this.#window.add(false);
  }

  /** Takes one repeated call; false when the budget is used up, and then nothing is taken. */
  takeRetry(): boolean {
    const { calls, failures: retries } = this.#window.counts();
    if (retries + 1 > this.#floor + this.#ratio * (calls - retries)) return false;
    this.#window.add(true);
    return true;
  }
}
