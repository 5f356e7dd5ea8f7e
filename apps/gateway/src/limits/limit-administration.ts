import type { Logger } from '@atelier/service-defaults';
import type { LimitRule, LimitRules } from './limit-rules.js';
import type { LimitScope } from './limit-scope.js';
import type { LimitStore, StoredLimit } from './limit-store.js';

/** How often the rules are read again, so that a change holds in every gateway within 5 seconds. */
const readEveryMs = 3_000;

/** Keeps the rules that this gateway follows the same as those in SQL. */
export class LimitAdministration {
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  /** Counts readings, so that an older one never overwrites a newer one. */
  #reading = 0;
  #applied = 0;

  constructor(
    readonly store: LimitStore,
    readonly rules: LimitRules,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Reads the rules now and from now on. @throws when they can't be read the first time */
  async start(everyMs = readEveryMs): Promise<void> {
    await this.read();
    this.#timer = setInterval(() => void this.#readAgain(), everyMs).unref();
  }

  /** Reads the rules once. */
  async read(): Promise<void> {
    const reading = (this.#reading += 1);
    const rules = await this.store.all();
    if (reading < this.#applied) return;
    this.#applied = reading;
    this.rules.replace(rules);
  }

  /** Sets a rule; it holds here when this answers. */
  async put(rule: LimitRule, by: string): Promise<StoredLimit> {
    const stored = await this.store.put(rule, by);
    await this.read();
    return stored;
  }

  /** False when there is no such rule. */
  async delete(scope: LimitScope, subject: string): Promise<boolean> {
    const deleted = await this.store.delete(scope, subject);
    await this.read();
    return deleted;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** While the database is away, the last known rules hold. */
  async #readAgain(): Promise<void> {
    try {
      await this.read();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'limits can’t be read again: the last known ones hold');
      this.#failing = true;
    }
  }
}
