/** What waits on the disk of this process. */
export interface SpoolSize {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Tells analytics how much waits on disk, past the way that is blocked, so that somebody can be alarmed. One report at a
 * time, the latest one next; a report that fails is replaced by the next, and nobody waits for any.
 */
export class SpoolReports {
  #next: SpoolSize | undefined;
  #sending = false;
  #told = false;

  constructor(private readonly send: (size: SpoolSize) => Promise<unknown>) {}

  report(size: SpoolSize): void {
    // Most processes never have anything to tell.
    if (size.events === 0 && !this.#told) return;
    this.#told = true;
    this.#next = size;
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    for (let size = this.#next; size; size = this.#next) {
      this.#next = undefined;
      await this.send(size).catch(() => undefined);
    }
    this.#sending = false;
  }
}
