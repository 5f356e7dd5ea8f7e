const shortestWaitMs = 250;
const longestWaitMs = 5_000;

/**
 * Wait before the provider is asked again, in milliseconds: a quarter of the time already waited, so that a quick job is
 * noticed quickly and a long one costs a request every five seconds. `jitter` is 0..1 and spreads pollers by ±10 %.
 */
export function pollWaitMs(elapsedMs: number, jitter: number): number {
  const wait = Math.min(longestWaitMs, Math.max(shortestWaitMs, elapsedMs / 4));
  return Math.round(wait * (0.9 + 0.2 * jitter));
}

/** Wait after the `failures`-th look-up in a row that failed: 1, 2, 4, 8, at most 10 seconds, or what the provider asks for. */
export function pollRetryWaitMs(failures: number, retryAfterMs: number | undefined): number {
  return retryAfterMs ?? Math.min(10_000, 500 * 2 ** failures);
}
