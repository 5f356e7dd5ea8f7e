/** What a waiting generation has before it. Work in milliseconds that it typically takes. */
export interface QueueAhead {
  /** Generations that run before it. */
  readonly count: number;
  readonly workMs: number;
  /** Generations that are worked on, over all processes. */
  readonly running: number;
  readonly runningMs: number;
  /** The queue, or that of its provider, is paused. */
  readonly paused: boolean;
}

/**
 * Milliseconds that a waiting generation will probably wait: the work before it shared by the places there are. Behind a
 * queue every place is taken, so what runs tells how many there are over all processes; it is half done on average.
 * Undefined while the queue is paused. The concurrency caps of users and providers are not considered.
 */
export function estimateWaitMs(ahead: QueueAhead, ownPlaces: number): number | undefined {
  const { count, workMs, running, runningMs, paused } = ahead;
  if (paused) return undefined;
  const places = Math.max(ownPlaces, running);
  return count < places - running ? 0 : Math.round((workMs + runningMs / 2) / places);
}
