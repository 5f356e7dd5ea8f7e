import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';
import type { AlertDelivery } from './alert-delivery.js';
import type { AlertEvaluation } from './alert-evaluation.js';

/** Evaluates and delivers again and again; one round at a time. */
export class AlertClock implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(
    private readonly work: {
      readonly evaluation: Pick<AlertEvaluation, 'run'>;
      readonly delivery: Pick<AlertDelivery, 'run'>;
    },
    private readonly logger: Pick<Logger, 'error'>,
    /** 0 = never. */
    private readonly everyMs: number,
  ) {}

  onApplicationBootstrap(): void {
    if (this.everyMs > 0) this.#timer = setInterval(() => void this.run(), this.everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  /** One round; a round that is under way is joined. Never rejects. */
  run(): Promise<void> {
    this.#round ??= this.#once().finally(() => (this.#round = undefined));
    return this.#round;
  }

  /** What can't be evaluated must not keep what waits from being delivered. */
  async #once(): Promise<void> {
    const { evaluation, delivery } = this.work;
    await evaluation.run().catch((err: unknown) => this.logger.error({ err }, 'alerts could not be evaluated'));
    await delivery.run().catch((err: unknown) => this.logger.error({ err }, 'alert messages could not be delivered'));
  }
}
