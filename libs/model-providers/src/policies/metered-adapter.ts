import { CircuitOpenError, type CircuitState } from '@atelier/resilience';
import type { ProviderAdapter, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';
import { type CallFigures, CallWindow } from './call-window.js';
import type { ProviderCircuits } from './provider-circuits.js';
import { isProviderFault, verdictOnJob } from './provider-fault.js';
import { RunningJobs } from './running-jobs.js';

/** Health of one model that was called: its circuit and the figures of its last calls, from submission to the job's end. */
export interface ModelHealth extends CallFigures {
  readonly modelId: string;
  readonly circuitState: CircuitState;
}

/** Size of the window that health is taken from; times in milliseconds. */
export interface MeteredAdapterOptions {
  readonly circuits?: Pick<ProviderCircuits, 'stateOf'>;
  /** For each model; default 500. */
  readonly maxCalls?: number;
  /** Default 15 minutes. */
  readonly windowMs?: number;
  readonly now?: () => number;
  /** Told of every call that ended; `outcome` is `ok` or a failure kind. */
  readonly onCall?: (call: { modelId: string; outcome: string; durationMs: number }) => void;
}

/** Measures the calls of an adapter for each model. Failures are those that speak against the provider. */
export class MeteredAdapter implements ProviderAdapter {
  readonly provider: string;
  readonly get?: ProviderAdapter['get'];
  readonly cancel?: ProviderAdapter['cancel'];
  readonly records?: ProviderAdapter['records'];
  readonly #jobs = new RunningJobs<{ readonly modelId: string; readonly atMs: number }>();
  readonly #windows = new Map<string, CallWindow>();
  readonly #now: () => number;

  constructor(
    private readonly inner: ProviderAdapter,
    private readonly options: MeteredAdapterOptions = {},
  ) {
    this.provider = inner.provider;
    this.#now = options.now ?? Date.now;
    this.get = this.#jobs.watching(inner.get?.bind(inner), (job, { modelId, atMs }) => this.#ended(modelId, atMs, job));
    this.cancel = inner.cancel?.bind(inner);
    this.records = inner.records;
  }

  async submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
    const { modelId } = request;
    const atMs = this.#now();
    try {
      const job = await this.inner.submit(request, signal);
      this.#jobs.begin(job, { modelId, atMs });
      this.#ended(modelId, atMs, job);
      return job;
    } catch (error) {
      const isRefusedHere = error instanceof ProviderError && error.options.cause instanceof CircuitOpenError;
      if (!isRefusedHere) {
        const durationMs = this.#now() - atMs;
        if (isProviderFault(error)) this.#windowOf(modelId).add(durationMs, true);
        const outcome = error instanceof ProviderError ? error.kind : 'unknown';
        this.options.onCall?.({ modelId, outcome, durationMs });
      }
      throw error;
    }
  }

  /** Every model that was called, worst circuit and error rate as they are now. */
  health(): readonly ModelHealth[] {
    return [...this.#windows].map(([modelId, window]) => ({
      modelId,
      circuitState: this.options.circuits?.stateOf(modelId) ?? 'closed',
      ...window.figures(),
    }));
  }

  #ended(modelId: string, atMs: number, job: ProviderJob): void {
    const verdict = verdictOnJob(job);
    const window = this.#windowOf(modelId);
    if (verdict === 'pending') return;
    const durationMs = this.#now() - atMs;
    if (verdict !== 'ignored') window.add(durationMs, verdict === 'failure');
    const outcome = verdict === 'success' ? 'ok' : (job.failure?.kind ?? job.state);
    this.options.onCall?.({ modelId, outcome, durationMs });
  }

  #windowOf(modelId: string): CallWindow {
    let window = this.#windows.get(modelId);
    if (window === undefined) {
      const { maxCalls = 500, windowMs = 15 * 60_000 } = this.options;
      window = new CallWindow({ maxCalls, windowMs, now: this.#now });
      this.#windows.set(modelId, window);
    }
    return window;
  }
}
