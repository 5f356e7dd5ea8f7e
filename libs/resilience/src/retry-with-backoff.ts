import { setTimeout as sleepFor } from 'node:timers/promises';

/** How to repeat a call that is safe to repeat; times in milliseconds. */
export interface RetryOptions {
  /** The first one included; default 3. */
  readonly maxAttempts?: number;
  /** Upper bound of the first wait, doubled each time; default 500. */
  readonly baseDelayMs?: number;
  /** Upper bound of any wait that the other side did not ask for; default 10,000. */
  readonly maxDelayMs?: number;
  readonly isRetryable: (error: unknown) => boolean;
  /** Wait that the other side asked for (Retry-After), if it did. */
  readonly retryAfterMs?: (error: unknown) => number | undefined;
  /** Epoch milliseconds after which no further attempt may begin. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const sleepAbortably = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await sleepFor(ms, undefined, { signal });
};

/**
 * Repeats an idempotent action with exponential back-off and full jitter, never sooner than the other side asked
 * and never beyond the deadline. Rejects with the last error, or with the signal's reason. Not for anything that buys.
 */
export async function retryWithBackoff<T>(action: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { maxAttempts = 3, baseDelayMs = 500, maxDelayMs = 10_000, signal } = options;
  const { now = Date.now, random = Math.random, sleep = sleepAbortably } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= maxAttempts || !options.isRetryable(error)) throw error;
      const jittered = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
      // Added, not the larger of both: clients that were told the same time must not come back together.
      const delayMs = (options.retryAfterMs?.(error) ?? 0) + jittered;
      if (options.deadlineMs !== undefined && now() + delayMs >= options.deadlineMs) throw error;
      await sleep(delayMs, signal).catch((interruption: unknown) => {
        signal?.throwIfAborted();
        throw interruption;
      });
    }
  }
}
