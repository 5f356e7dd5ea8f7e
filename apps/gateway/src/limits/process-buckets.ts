import { LRUCache } from 'lru-cache';
import { type Bucket, type BucketState, reportOf, retryMs, stateAt, withRequest } from './bucket.js';
import type { Buckets, Taken } from './buckets.js';

/** Subjects that are remembered; beyond it those that were silent longest begin anew. */
const maxBuckets = 100_000;

/** Counts in this process. */
export class ProcessBuckets implements Buckets {
  readonly #kept = new LRUCache<string, BucketState>({ max: maxBuckets });

  /** `now` answers milliseconds that never go back. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  take(buckets: readonly Bucket[], requests: 0 | 1): Taken {
    const nowMs = Math.floor(this.now());
    let admitted = true;
    const found = buckets.map((bucket) => {
      const state = stateAt(bucket, this.#kept.get(bucket.key), nowMs);
      if (retryMs(bucket, state, nowMs) > 0) admitted = false;
      return { bucket, state };
    });
    const reports = found.map(({ bucket, state }) => {
      if (!admitted || requests === 0) return reportOf(bucket, state, nowMs);
      const taken = withRequest(bucket, state, nowMs);
      this.#kept.set(bucket.key, taken);
      return reportOf(bucket, taken, nowMs);
    });
    return { admitted, reports, alone: false };
  }
}
