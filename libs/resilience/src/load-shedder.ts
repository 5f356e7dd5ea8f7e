/** A call that was not begun because the process has more to do than it can. Nothing was changed. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';

  constructor(
    readonly reason: 'event_loop' | 'in_flight',
    /** After this time, in milliseconds, it is worth trying again. */
    readonly retryAfterMs: number,
  ) {
    super('The process is overloaded.');
  }
}

/** When a process has enough to do; 0 turns a limit off. */
export interface LoadShedderOptions {
  /** Calls under way. */
  readonly maxInFlight: number;
  /** Delay of the event loop in milliseconds, by `delayMs`. */
  readonly maxDelayMs: number;
  /** The present delay, such as `EventLoopDelay` measures it. */
  readonly delayMs: () => number;
  /** Told to those who are turned away, in milliseconds; default 1,000. */
  readonly retryAfterMs?: number;
}

/** Turns calls away while the process is overloaded, so that those it took are answered in time. */
export class LoadShedder {
  #inFlight = 0;

  constructor(private readonly options: LoadShedderOptions) {}

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes a call in; the returned function ends it and may be called again. Throws OverloadedError. */
  enter(): () => void {
    const { maxInFlight, maxDelayMs, delayMs, retryAfterMs = 1_000 } = this.options;
    if (maxInFlight > 0 && this.#inFlight >= maxInFlight) throw new OverloadedError('in_flight', retryAfterMs);
    if (maxDelayMs > 0 && delayMs() > maxDelayMs) throw new OverloadedError('event_loop', retryAfterMs);
    this.#inFlight += 1;
    let inside = true;
    return () => {
      if (inside) this.#inFlight -= 1;
      inside = false;
    };
  }

  /** Runs the action as one call. Throws OverloadedError, or what the action throws. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await action();
    } finally {
      leave();
    }
  }
}
