interface Running<Result> {
  readonly result: Promise<Result>;
  readonly abandon: AbortController;
  waiting: number;
}

/**
 * Callers who ask for the same thing at the same time share one piece of work. Each may leave on its own signal; the
 * work is abandoned when the last one has left.
 */
export class SharedWork<Result> {
  private readonly running = new Map<string, Running<Result>>();

  /** Rejects with the reason of the caller's own signal, or as the work does. */
  async share(key: string, work: (signal: AbortSignal) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    const job = this.running.get(key) ?? this.begin(key, work);
    job.waiting += 1;
    try {
      return await (signal ? orAborted(job.result, signal) : job.result);
    } finally {
      job.waiting -= 1;
      if (job.waiting === 0) {
        // Whoever comes now must not join what is being abandoned.
        this.end(key, job);
        // With the last one's reason: that time ran out says something else about the work than that nobody wants it.
        job.abandon.abort(signal?.reason);
      }
    }
  }

  private begin(key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> {
    const abandon = new AbortController();
    const result = (async () => work(abandon.signal))();
    const job: Running<Result> = { result, abandon, waiting: 0 };
    this.running.set(key, job);
    const end = (): void => this.end(key, job);
    void result.then(end, end);
    return job;
  }

  private end(key: string, job: Running<Result>): void {
    if (this.running.get(key) === job) this.running.delete(key);
  }
}

/** The promise, or the signal's reason if that comes first. */
function orAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
