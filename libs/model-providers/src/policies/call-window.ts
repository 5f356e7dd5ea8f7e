/** Figures of the calls in a window; latencies in milliseconds, of successes only. */
export interface CallFigures {
  readonly calls: number;
  readonly failures: number;
  /** 0..1; 0 without calls. */
  readonly errorRate: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}

/** The last calls of one model: at most `maxCalls`, none older than `windowMs`. */
export class CallWindow {
  #calls: { readonly at: number; readonly durationMs: number; readonly failed: boolean }[] = [];

  constructor(
    private readonly options: { readonly maxCalls: number; readonly windowMs: number; readonly now: () => number },
  ) {}

  add(durationMs: number, failed: boolean): void {
    this.#calls.push({ at: this.options.now(), durationMs, failed });
    if (this.#calls.length > this.options.maxCalls) this.#calls.shift();
  }

  figures(): CallFigures {
    const oldest = this.options.now() - this.options.windowMs;
    this.#calls = this.#calls.filter(({ at }) => at > oldest);
    const calls = this.#calls.length;
    const durations = this.#calls.filter(({ failed }) => !failed).map(({ durationMs }) => durationMs);
    durations.sort((a, b) => a - b);
    const failures = calls - durations.length;
    const percentiles = durations.length === 0 ? {} : { p50Ms: rank(durations, 0.5), p95Ms: rank(durations, 0.95) };
    return { calls, failures, errorRate: calls === 0 ? 0 : failures / calls, ...percentiles };
  }
}

/** Nearest rank: a duration that really occurred. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}
