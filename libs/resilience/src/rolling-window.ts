const BUCKETS = 12;

/** Counts of calls and failures over the last `windowMs`, exact to a twelfth of it. */
export class RollingWindow {
  readonly #bucketMs: number;
  readonly #now: () => number;
  #buckets: { readonly at: number; calls: number; failures: number }[] = [];

  constructor(windowMs: number, now: () => number) {
    this.#bucketMs = windowMs / BUCKETS;
    this.#now = now;
  }

  add(failed: boolean): void {
    const at = Math.floor(this.#now() / this.#bucketMs);
    let bucket = this.#buckets.at(-1);
    if (bucket === undefined || bucket.at !== at) {
      bucket = { at, calls: 0, failures: 0 };
      this.#buckets.push(bucket);
    }
    bucket.calls += 1;
    if (failed) bucket.failures += 1;
  }

  counts(): { calls: number; failures: number } {
    const oldest = Math.floor(this.#now() / this.#bucketMs) - BUCKETS;
    this.#buckets = this.#buckets.filter(({ at }) => at > oldest);
    let calls = 0;
    let failures = 0;
    for (const bucket of this.#buckets) {
      calls += bucket.calls;
      failures += bucket.failures;
    }
    return { calls, failures };
  }

  clear(): void {
    this.#buckets = [];
  }
}
