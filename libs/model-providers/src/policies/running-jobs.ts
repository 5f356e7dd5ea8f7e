import { LRUCache } from 'lru-cache';
import type { ProviderAdapter, ProviderJob } from '../provider-adapter.js';

/** Jobs that are followed at the same time; the oldest are forgotten. */
const MAX_JOBS = 10_000;

/**
 * Wraps an adapter's `get` so that the first sight of a submitted job's end is reported, with what was kept at its start.
 * Jobs of before this process are not known and not reported.
 */
export class RunningJobs<Started extends object> {
  readonly #started = new LRUCache<string, Started>({ max: MAX_JOBS });

  /** Keeps a job that goes on. */
  begin(job: ProviderJob, started: Started): void {
    if (job.id !== '' && goesOn(job)) this.#started.set(job.id, started);
  }

  /** The given `get` with the report; undefined when there is none. */
  watching(get: ProviderAdapter['get'], onEnd: (job: ProviderJob, started: Started) => void): ProviderAdapter['get'] {
    if (get === undefined) return undefined;
    return async (jobId, signal) => {
      const job = await get(jobId, signal);
      const started = this.#started.get(jobId);
      if (started !== undefined && !goesOn(job)) {
        this.#started.delete(jobId);
        onEnd(job, started);
      }
      return job;
    };
  }
}

function goesOn(job: ProviderJob): boolean {
  return job.state === 'starting' || job.state === 'processing';
}
