import { RedisUnavailableError } from '@atelier/redis';
import type { Logger } from '@atelier/service-defaults';
import type { Bucket } from './bucket.js';
import type { Buckets, Taken } from './buckets.js';

/** Counts with all other processes, or alone at the same rates while that is not possible: never unlimited. */
export class SharedBuckets implements Buckets {
  #refused = false;

  constructor(
    private readonly shared: Buckets,
    private readonly own: Buckets,
    private readonly logger: Pick<Logger, 'error'>,
  ) {}

  async take(buckets: readonly Bucket[], requests: 0 | 1): Promise<Taken> {
    try {
      const taken = await this.shared.take(buckets, requests);
      this.#refused = false;
      return taken;
    } catch (error) {
      this.#report(error);
      // A request that Redis counted without answering counts twice, not never.
      return { ...(await this.own.take(buckets, requests)), alone: true };
    }
  }

  /** The link itself says when Redis is away; nobody else says when it answers and refuses, for want of a right for example. */
  #report(error: unknown): void {
    if (error instanceof RedisUnavailableError || this.#refused) return;
    this.#refused = true;
    // The sentence only: the error carries the command with its keys.
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.error({ reason }, 'Redis refuses to count requests: every process counts alone');
  }
}
