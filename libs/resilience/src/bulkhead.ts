/** Limits of a bulkhead. */
export interface BulkheadOptions {
  readonly name: string;
  readonly maxInFlight: number;
  /** Calls that may wait for a place; default 0. */
  readonly maxQueued?: number;
}

/** A call that found neither a free place nor room in the queue: the resource is exhausted, nothing was tried. */
export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';

  constructor(readonly bulkhead: string) {
    super(`Bulkhead ${bulkhead} is full.`);
  }
}

/**
 * Bounds how many calls run at once, first come first served, so that one slow dependency can't take everything.
 * Stands outside a circuit breaker: being full is no failure of the other side.
 */
export class Bulkhead {
  readonly #options: Required<BulkheadOptions>;
  readonly #waiting = new Set<() => void>();
  #inFlight = 0;

  constructor(options: BulkheadOptions) {
    this.#options = { maxQueued: 0, ...options };
  }

  /** Runs the action when there is a place; rejects with BulkheadFullError, or with the signal's reason while it waits. */
  async run<T>(action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#inFlight < this.#options.maxInFlight) this.#inFlight += 1;
    else await this.#takePlace(signal);
    try {
      return await action();
    } finally {
      this.#leave();
    }
  }

  snapshot(): { readonly inFlight: number; readonly queued: number } {
    return { inFlight: this.#inFlight, queued: this.#waiting.size };
  }

  #takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#options.maxQueued) throw new BulkheadFullError(this.#options.name);
    return new Promise((enter, giveUp) => {
      const admitted = (): void => {
        signal?.removeEventListener('abort', aborted);
        enter();
      };
      const aborted = (): void => {
        this.#waiting.delete(admitted);
        giveUp(signal?.reason);
      };
      this.#waiting.add(admitted);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  /** Hands the place to the first who waits, so that nobody can slip in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inFlight -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
