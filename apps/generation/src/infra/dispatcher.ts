import type { Logger } from '@atelier/service-defaults';
import type { Lease } from '../domain/ports.js';

/** What dispatching needs. */
export interface DispatcherTools {
  /** Generations worked on at the same time by this process. */
  readonly places: number;
  /** Takes at most so many of the next ones; `more` when others could be worked on at once. */
  readonly claim: (places: number) => Promise<{ readonly leases: readonly Lease[]; readonly more: boolean }>;
  readonly run: (lease: Lease) => Promise<void>;
  /** Tells another process that there is work. */
  readonly passOn: () => Promise<void>;
  readonly logger: Logger;
  /** Calls back once after a time; returns what stops it. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

/** A process without a free place looks again for one at least this often before it takes another job, in milliseconds. */
const longestHoldMs = 60_000;

/** Fills the places of this process with the next generations of the queue, and refills each as soon as it is free. */
export class Dispatcher {
  readonly #running = new Set<Promise<void>>();
  readonly #holding = new Set<() => void>();
  #filling: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;

  constructor(private readonly tools: DispatcherTools) {}

  /** Takes up what can be worked on. Resolves when every place is filled or nothing is left; never rejects. */
  wake(): Promise<void> {
    this.#wanted = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      if (this.#wanted && this.#free > 0 && !this.#stopped) void this.wake();
    });
    return this.#filling;
  }

  /** Handles a job of the queue. Does not resolve while there is no free place: others shall take the jobs then. */
  async handleJob(): Promise<void> {
    if (this.#free > 0) await this.wake();
    else await this.#passOn();
    if (this.#free === 0 && !this.#stopped) await this.#placeIsFree();
  }

  /** Takes up nothing more, and waits at most `graceMs` for what runs. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#release();
    await this.#filling;
    const interrupted = this.#running.size > 0;
    let stopTimer = (): void => {};
    const graceOver = new Promise<void>((resolve) => (stopTimer = this.#after(graceMs, resolve)));
    await Promise.race([Promise.all(this.#running), graceOver]);
    stopTimer();
    if (interrupted) await this.#passOn();
  }

  get #free(): number {
    return this.tools.places - this.#running.size;
  }

  async #fill(): Promise<void> {
    while (this.#wanted && this.#free > 0 && !this.#stopped) {
      this.#wanted = false;
      try {
        const { leases, more } = await this.tools.claim(this.#free);
        for (const lease of leases) {
          if (this.#stopped) await lease.release();
          else this.#start(lease);
        }
        if (more && this.#free === 0) await this.#passOn();
      } catch (error) {
        this.tools.logger.error({ err: error }, 'no work could be taken from the queue');
      }
    }
    if (this.#free > 0) this.#release();
  }

  #start(lease: Lease): void {
    const run = this.tools
      .run(lease)
      .catch((error: unknown) => {
        const { generationId } = lease.generation;
        this.tools.logger.error({ err: error, generationId }, 'the work on a generation was interrupted');
      })
      .finally(() => {
        this.#running.delete(run);
        void this.wake();
      });
    this.#running.add(run);
  }

  async #passOn(): Promise<void> {
    try {
      await this.tools.passOn();
    } catch (error) {
      this.tools.logger.warn({ err: error }, 'other processes were not told of work');
    }
  }

  #placeIsFree(): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer = this.#after(longestHoldMs, () => release());
      const release = (): void => {
        stopTimer();
        this.#holding.delete(release);
        resolve();
      };
      this.#holding.add(release);
    });
  }

  #release(): void {
    for (const release of this.#holding) release();
  }

  #after(ms: number, callback: () => void): () => void {
    if (this.tools.after) return this.tools.after(ms, callback);
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  }
}
