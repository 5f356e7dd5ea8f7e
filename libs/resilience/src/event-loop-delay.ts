import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Measures how late timers run; `mean` in nanoseconds, the resolution included. */
export interface DelayHistogram {
  readonly mean: number;
  reset(): void;
}

const resolutionMs = 20;
/** Long enough that one garbage collection is not taken for overload. */
const sampleMs = 1_000;

/** Mean delay of the event loop over about the last second. */
export class EventLoopDelay {
  #delayMs = 0;
  #sampledAtMs: number;

  constructor(
    private readonly histogram: DelayHistogram = started(),
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#sampledAtMs = now();
  }

  /** In milliseconds; 0 before the first second is over. */
  readonly delayMs = (): number => {
    if (this.now() - this.#sampledAtMs >= sampleMs) {
      // NaN when nothing was measured.
      this.#delayMs = Math.max(0, (this.histogram.mean || 0) / 1e6 - resolutionMs);
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
