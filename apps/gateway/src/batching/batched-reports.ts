const retryAfterMs = 5_000;

/** What is told, to whom and how much of it. */
export interface BatchedReportsParts<Item> {
  /** Tells one batch; telling it again is harmless. */
  readonly send: (items: Item[]) => Promise<unknown>;
  /** Items kept at the same time, those on their way included; more are lost. */
  readonly mostWaiting: number;
  readonly mostInBatch: number;
  /** Whether what failed is told again later, with what comes meanwhile; else it is lost. */
  readonly mayPass: (error: unknown) => boolean;
  readonly lost: { inc(count: number): void };
  /** Hears of every failure: how many items it was about, and whether they are kept. */
  readonly failed: (error: unknown, about: { readonly count: number; readonly isKept: boolean }) => void;
  /** Runs later; answers how to call it off. For tests. */
  readonly later?: ((work: () => void, delayMs: number) => () => void) | undefined;
}

/** Tells another service what happened, in batches and without making anybody wait. What was not told is lost with the process. */
export class BatchedReports<Item> {
  readonly #waiting: Item[] = [];
  #sending: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(private readonly parts: BatchedReportsParts<Item>) {}

  add(item: Item): void {
    if (this.#waiting.length >= this.parts.mostWaiting) return this.parts.lost.inc(1);
    this.#waiting.push(item);
    // While a repetition is due the other service is away: this one goes with it.
    if (!this.#callOff) this.#send();
  }

  /** Tells what is left, once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff?.();
    await this.#sending;
    this.#send();
    await this.#sending;
    if (this.#waiting.length > 0) this.parts.lost.inc(this.#waiting.length);
  }

  #send(): void {
    this.#sending ??= this.#drain().finally(() => (this.#sending = undefined));
  }

  async #drain(): Promise<void> {
    const { send, mostInBatch, mayPass, lost, failed } = this.parts;
    // What is reported in the same moment goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const items = this.#waiting.slice(0, mostInBatch);
      try {
        await send(items);
      } catch (error) {
        const isKept = mayPass(error);
        failed(error, { count: items.length, isKept });
        if (isKept) return this.#tryLater();
        lost.inc(items.length);
      }
      this.#waiting.splice(0, items.length);
    }
  }

  #tryLater(): void {
    if (this.#closed) return;
    this.#callOff = (this.parts.later ?? afterDelay)(() => {
      this.#callOff = undefined;
      this.#send();
    }, retryAfterMs);
  }
}

function afterDelay(work: () => void, delayMs: number): () => void {
  const timer = setTimeout(work, delayMs).unref();
  return () => clearTimeout(timer);
}
