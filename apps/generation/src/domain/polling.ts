const shortestWaitMs = 250;
const longestWaitMs = 10_000;
const shortestToldWaitMs = 5_000;
const longestToldWaitMs = 30_000;

/** What the wait depends on; times in milliseconds. */
export interface PollSituation {
  /** Since the attempt began. */
  readonly elapsedMs: number;
  /** What the model usually takes. */
  readonly typicalMs: number;
  /** The provider reports the end by itself, so looking is only for what got lost, and for progress. */
  readonly isTold: boolean;
  /** 0..1; spreads pollers by ±10 %. */
  readonly jitter: number;
}

/**
 * Wait before the provider is asked again, in milliseconds: a quarter of the time already waited, but about twenty looks
 * within the usual time at most. So a quick job is noticed quickly, and a long one costs a request every ten seconds.
 */
export function pollWaitMs({ elapsedMs, typicalMs, isTold, jitter }: PollSituation): number {
  // The first look is soon: a job may have ended with the answer to its submission.
  const usualMs = elapsedMs < 2 * shortestWaitMs ? 0 : typicalMs / 20;
  const wait = isTold
    ? within(shortestToldWaitMs, typicalMs / 4, longestToldWaitMs)
    : within(shortestWaitMs, Math.max(elapsedMs / 4, usualMs), longestWaitMs);
  return Math.round(wait * (0.9 + 0.2 * jitter));
}

/** Wait after the `failures`-th look-up in a row that failed: 1, 2, 4, 8, at most 10 seconds, or what the provider asks for. */
export function pollRetryWaitMs(failures: number, retryAfterMs: number | undefined): number {
  return retryAfterMs ?? Math.min(10_000, 500 * 2 ** failures);
}

/**
 * Spreads the look-ups of one process: per provider they are at least `spacingMs` apart, however many jobs are followed.
 * Answers the wait until the caller's turn, in milliseconds.
 */
export function pollTurns(spacingMs: number, now: () => number): (provider: string) => number {
  const nextMs = new Map<string, number>();
  return (provider) => {
    const turnMs = Math.max(now(), nextMs.get(provider) ?? 0);
    nextMs.set(provider, turnMs + spacingMs);
    return turnMs - now();
  };
}

function within(shortest: number, value: number, longest: number): number {
  return Math.min(longest, Math.max(shortest, value));
}
