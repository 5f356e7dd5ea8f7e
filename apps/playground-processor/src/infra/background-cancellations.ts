import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';
import type { BackgroundGenerations } from './background-generations.js';
import type { BackgroundRecords } from './background-records.js';

const everyMs = 30_000;

/**
 * Ends what was begun to be bought for images that nobody waits for any more, and deletes what forgotten jobs bought. It goes by what is written down, so that it makes no difference
 * which process bought it, and whether that one still runs.
 */
@Injectable()
export class BackgroundCancellations implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly records: Pick<BackgroundRecords, 'abandoned' | 'ended' | 'forgotten' | 'deleted'>,
    private readonly generations: Pick<BackgroundGenerations, 'cancel' | 'delete'>,
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
      await this.each(
        'cancelled',
        () => this.records.abandoned(),
        async (record) => this.records.ended(record, await this.generations.cancel(record)),
      );
      await this.each(
        'deleted',
        () => this.records.forgotten(),
        async (bought) => {
          await this.generations.delete(bought);
          await this.records.deleted(bought);
        },
      );
    }
  }

  /** One that fails does not keep the others waiting. */
  private async each<One>(what: string, due: () => Promise<One[]>, work: (one: One) => Promise<void>): Promise<void> {
    const failed = (error: unknown): void =>
      this.logger.warn({ err: error }, `generations of image jobs could not be ${what}`);
    try {
      for (const one of await due()) await work(one).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
