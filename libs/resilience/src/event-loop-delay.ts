import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures how late timers run; `mean` in nanoseconds, the resolution included. */
export interface DelayHistogram {
  readonly mean: number;
  reset(): void;
}

const resolutionMs = 20;
const sampleMs = 1_000;

/** How late the event loop is: the lower mean of the last two seconds, so that one long pause is not taken for overload. */
export class EventLoopDelay {
  #delayMs = 0;
  /** Undefined until the time before the first reading, in which a process starts and blocks as it likes, is over. */
  #lastMeanMs: number | undefined;
  #sampledAtMs: number;

  constructor(
    private readonly histogram: DelayHistogram = started(),
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#sampledAtMs = now();
  }

  /** In milliseconds; 0 before there is something to compare. */
  readonly delayMs = (): number => {
    if (this.now() - this.#sampledAtMs >= sampleMs) {
      // NaN when nothing was measured.
      const meanMs = Math.max(0, (this.histogram.mean || 0) / 1e6 - resolutionMs);
      this.#delayMs = Math.min(meanMs, this.#lastMeanMs ?? 0);
      // The first one is only waited for.
      this.#lastMeanMs = this.#lastMeanMs === undefined ? 0 : meanMs;
      this.histogram.reset();
      this.#sampledAtMs = this.now();
    }
    return this.#delayMs;
  };
}

function started(): DelayHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return histogram;
}
