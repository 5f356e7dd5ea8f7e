import type { Logger } from '@atelier/service-defaults';
import type { CancelAtProvider } from '../domain/cancel-at-provider.js';
import type { ReleaseSteps } from '../domain/release-steps.js';
import type { AssetRegistry } from './asset-registry.js';
import type { Dispatcher } from './dispatcher.js';
import type { ExpiredGenerations } from './expired-generations.js';
import type { PurchaseHousekeeping } from './purchase-housekeeping.js';
import type { SqlReservations } from './sql-reservations.js';
import type { UnusedUploads } from './unused-uploads.js';

/** What reconciling needs. */
export interface ReconcilerTools {
  readonly dispatcher: Pick<Dispatcher, 'wake'>;
  readonly assets: AssetRegistry;
  readonly uploads: Pick<UnusedUploads, 'purge'>;
  readonly expired: Pick<ExpiredGenerations, 'purge'>;
  readonly reservations: SqlReservations;
  readonly cancelAtProvider: CancelAtProvider;
  readonly housekeeping: PurchaseHousekeeping;
  readonly steps: Pick<ReleaseSteps, 'run'>;
  readonly logger: Logger;
}

/**
 * Repairs what a crash can leave between the rows, which are the truth, and everything that only follows them: generations
 * that nobody works on, cancellations that a provider was not told, files whose records are gone or that nothing uses, money that a dead caller holds.
 */
export class Reconciler {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(private readonly tools: ReconcilerTools) {}

  start(everyMs = 30_000): void {
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#round;
  }

  /** One round; a round that is already under way is joined. Never rejects. */
  run(): Promise<void> {
    this.#round ??= this.round()
      .catch((error: unknown) => this.tools.logger.error({ err: error }, 'reconciliation'))
      .finally(() => (this.#round = undefined));
    return this.#round;
  }

  private async round(): Promise<void> {
    const steps = await this.tools.steps.run();
    if (steps > 0) this.tools.logger.warn({ steps }, 'steps went on that had waited for one that had ended');
    // Also takes up running work whose process is gone.
    await this.tools.dispatcher.wake();
    await this.tools.cancelAtProvider.run();
    await this.tools.uploads.purge();
    await this.tools.housekeeping.run();
    const released = await this.tools.reservations.releaseForgotten();
    if (released > 0) this.tools.logger.warn({ reservations: released }, 'forgotten reservations were released');
    const expired = await this.tools.expired.purge(this.#closing.signal);
    if (expired > 0) this.tools.logger.info({ expired }, 'generations and results went because of their age');
    // Last: a file that can't be deleted must not hold up what is about money.
    await this.tools.assets.deleteLeftOver();
  }
}
