import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';

const everyMs = 3_600_000;
const atOnce = 500;

/** What is forgotten after its time. Each answers how many rows it deleted. */
export interface RetentionSweepParts {
  /** Deletes at most so many ended jobs; undefined when they are kept for ever. */
  readonly jobs: ((atMost: number) => Promise<number>) | undefined;
  readonly results: () => Promise<number>;
  readonly logger: Logger;
}

/** Deletes what was kept long enough, at the start and every hour. Several processes at once do no harm. */
export class RetentionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopping = false;

  constructor(private readonly parts: RetentionSweepParts) {}

  onApplicationBootstrap(): void {
    void this.run();
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping = true;
    await this.#round;
  }

  /** One round; a round that is already under way is joined. Never rejects. */
  run(): Promise<void> {
    this.#round ??= this.#sweep()
      .catch((error: unknown) => this.parts.logger.error({ err: error }, 'old image jobs could not be deleted'))
      .finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #sweep(): Promise<void> {
    const { jobs, results, logger } = this.parts;
    let deleted = 0;
    let last = jobs ? atOnce : 0;
    while (last === atOnce && !this.#stopping) {
      last = (await jobs?.(atOnce)) ?? 0;
      deleted += last;
    }
    const forgotten = await results();
    if (deleted + forgotten > 0) logger.info({ jobs: deleted, results: forgotten }, 'old image jobs were deleted');
  }
}
