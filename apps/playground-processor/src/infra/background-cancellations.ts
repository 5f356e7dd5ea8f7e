import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';
import type { BackgroundGenerations } from './background-generations.js';
import type { BackgroundRecords } from './background-records.js';

const everyMs = 30_000;

/**
 * Ends what was begun to be bought for jobs that are cancelled. It goes by what is written down, so that it makes no difference
 * which process bought it, and whether that one still runs.
 */
@Injectable()
export class BackgroundCancellations implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly records: Pick<BackgroundRecords, 'abandoned' | 'ended'>,
    private readonly generations: Pick<BackgroundGenerations, 'cancel'>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
    void this.run();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One round; asked for while one is under way, another one follows. What fails is tried again by the next. */
  async run(): Promise<void> {
    this.#again = true;
    this.#running ??= this.rounds().finally(() => (this.#running = undefined));
    await this.#running;
  }

  private async rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        for (const record of await this.records.abandoned()) {
          await this.generations.cancel(record);
          await this.records.ended(record);
        }
      } catch (error) {
        this.logger.warn({ err: error }, 'generations of cancelled image jobs could not be cancelled');
      }
    }
  }
}
