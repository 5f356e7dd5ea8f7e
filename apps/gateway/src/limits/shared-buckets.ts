import type { Bucket } from './bucket.js';
import type { Buckets, Taken } from './buckets.js';

/** Counts with all other processes, or alone at the same rates while that is not possible: never unlimited. */
export class SharedBuckets implements Buckets {
  constructor(
    private readonly shared: Buckets,
    private readonly own: Buckets,
  ) {}

  async take(buckets: readonly Bucket[], requests: 0 | 1): Promise<Taken> {
    try {
      return await this.shared.take(buckets, requests);
    } catch {
      // Counted and alarmed where Redis is reached. A request that Redis counted without answering counts twice, not never.
      return { ...(await this.own.take(buckets, requests)), alone: true };
    }
  }
}
