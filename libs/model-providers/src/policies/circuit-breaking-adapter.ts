import { CircuitOpenError } from '@atelier/resilience';
import type { ProviderAdapter, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';
import type { ProviderCircuits } from './provider-circuits.js';
import { verdictOnJob } from './provider-fault.js';
import { RunningJobs } from './running-jobs.js';

/**
 * Refuses to submit to a model whose circuit is open (`not_bought`, with the wait until the next probe and
 * CircuitOpenError as its cause). Jobs that run already are still looked up and cancelled: they are paid for.
 */
export class CircuitBreakingAdapter implements ProviderAdapter {
  readonly provider: string;
  readonly get?: ProviderAdapter['get'];
  readonly cancel?: ProviderAdapter['cancel'];
  readonly records?: ProviderAdapter['records'];
  readonly #jobs = new RunningJobs<{ readonly modelId: string }>();

  constructor(
    private readonly inner: ProviderAdapter,
    private readonly circuits: ProviderCircuits,
  ) {
    this.provider = inner.provider;
    this.get = this.#jobs.watching(inner.get?.bind(inner), (job, { modelId }) =>
      circuits.of(modelId).record(verdictOnJob(job)),
    );
    this.cancel = inner.cancel?.bind(inner);
    this.records = inner.records;
  }

  async submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
    try {
      const job = await this.circuits.of(request.modelId).run(() => this.inner.submit(request, signal), verdictOnJob);
      this.#jobs.begin(job, { modelId: request.modelId });
      return job;
    } catch (error) {
      if (!(error instanceof CircuitOpenError)) throw error;
      const { retryAfterMs } = error;
      throw new ProviderError('not_bought', this.provider, error.message, { retryAfterMs, cause: error });
    }
  }
}
