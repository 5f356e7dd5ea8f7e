import type { PresetUse, PresetUseRepository } from './preset-use.js';

const mostInBatch = 500;
const dayMs = 86_400_000;
/** How long a repetition is recognised. */
const usesKeptMs = 90 * dayMs;
/** The longest time that can be asked for is 365 days. */
const daysKeptMs = 400 * dayMs;

/** Outcome for one use. */
export interface CountedUse {
  /** False when it was counted before, or its preset is gone. */
  readonly fresh: boolean;
  /** All uses of the preset; undefined when it is gone. */
  readonly useCount: number | undefined;
}

/** What hears of uses and of trouble. */
export interface PresetUseListener {
  /** Once for each use that was not counted before. */
  counted(use: PresetUse): void;
  failed(error: unknown): void;
}

interface Waiting {
  readonly use: PresetUse;
  resolve(counted: CountedUse): void;
  reject(error: unknown): void;
}

/**
 * Counts uses in batches: one leaves at once while nothing is under way, and those that come meanwhile leave together.
 * So a popular preset costs one row lock for a batch, not one for each request. As many wait as there are calls.
 */
export class PresetUses {
  #waiting: Waiting[] = [];
  #underWay = false;
  #prunedOn = '';

  constructor(
    private readonly repository: Pick<PresetUseRepository, 'record' | 'prune'>,
    private readonly builtIns: ReadonlySet<string>,
    private readonly listener: PresetUseListener,
    private readonly now: () => Date,
  ) {}

  /** Resolves when the use is stored. */
  count(use: PresetUse): Promise<CountedUse> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ use, resolve, reject });
      if (!this.#underWay) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) await this.#record(this.#waiting.splice(0, mostInBatch));
    this.#underWay = false;
    await this.#prune();
  }

  async #record(batch: readonly Waiting[]): Promise<void> {
    const at = this.now();
    try {
      const uses = batch.map(({ use }) => use);
      const { fresh, totals } = await this.repository.record(uses, this.builtIns, at);
      const untold = new Set(fresh);
      for (const { use, resolve } of batch) {
        // The same use twice in a batch is fresh once.
        const isFresh = untold.delete(use.key);
        if (isFresh) this.listener.counted(use);
        resolve({ fresh: isFresh, useCount: totals.get(use.presetId) });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Once a day; every process does it, and it does not matter. */
  async #prune(): Promise<void> {
    const now = this.now();
    const today = dayOf(now);
    if (this.#prunedOn === today) return;
    this.#prunedOn = today;
    await this.repository
      .prune(new Date(now.getTime() - usesKeptMs), dayOf(new Date(now.getTime() - daysKeptMs)))
      .catch((error: unknown) => this.listener.failed(error));
  }
}

/** The day in UTC, `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
