import type { Logger } from '@atelier/service-defaults';
import type { Rollout } from '../enhanced/rollout.js';
import type { RolloutDecision, RolloutStore } from './rollout-store.js';

/** How often the decision is read again, so that a change holds in every gateway within 5 seconds. */
const readEveryMs = 3_000;

/** What holds where no administrator decided. */
export interface ConfiguredRollout {
  readonly aiEnabled: boolean;
  /** 0..100 */
  readonly percentage: number;
}

/** Keeps the rollout of this gateway the same as that in SQL. */
export class RolloutAdministration {
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  /** Counts readings, so that an older one never overwrites a newer one. */
  #reading = 0;
  #applied = 0;

  constructor(
    readonly store: RolloutStore,
    readonly configured: ConfiguredRollout,
    private readonly rollout: Rollout,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Reads the decision now and from now on. @throws when it can't be read the first time */
  async start(everyMs = readEveryMs): Promise<void> {
    await this.read();
    this.#timer = setInterval(() => void this.#readAgain(), everyMs).unref();
  }

  /** Reads once; what was decided holds here when this answers. */
  async read(): Promise<RolloutDecision | undefined> {
    const reading = (this.#reading += 1);
    const [decision, experiment] = await Promise.all([this.store.decision(), this.store.running()]);
    if (reading < this.#applied) return decision;
    this.#applied = reading;
    this.rollout.set({
      enabled: decision?.aiEnabled ?? this.configured.aiEnabled,
      percentage: decision?.percentage ?? this.configured.percentage,
      experiment,
    });
    return decision;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** While the database is away, the last known decision holds. */
  async #readAgain(): Promise<void> {
    try {
      await this.read();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'the rollout can’t be read again: the last known one holds');
      this.#failing = true;
    }
  }
}
