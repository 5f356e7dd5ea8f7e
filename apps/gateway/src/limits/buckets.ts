import type { Bucket, BucketReport } from './bucket.js';

/** What came of a request, for each of its buckets in their order. */
export interface Taken {
  /** All buckets had room. If one had not, the request is in none. */
  readonly admitted: boolean;
  readonly reports: readonly BucketReport[];
  /** Counted in this process alone, although processes should share: the limits hold in each. */
  readonly alone: boolean;
}

/** Where requests are counted. */
export interface Buckets {
  /** Takes one request out of all buckets or out of none; 0 only looks. */
  take(buckets: readonly Bucket[], requests: 0 | 1): Taken | Promise<Taken>;
}
