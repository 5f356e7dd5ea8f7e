import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import { deletedBefore } from '../domain/retention.js';
import { deleteOldRows } from './sql-retention.js';

const everyMs = 3_600_000;

/** What sweeping needs. */
export interface RetentionSweepParts {
  readonly db: Kysely<unknown>;
  readonly now: () => Date;
  readonly logger: Logger;
  /** 0 keeps everything. */
  readonly retentionDays: number;
}

/** Deletes what was kept long enough, at the start and every hour. Several at once do no harm. */
export class RetentionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(private readonly parts: RetentionSweepParts) {}

  onApplicationBootstrap(): void {
    if (this.parts.retentionDays === 0) return;
    void this.run();
    this.#timer = setInterval(() => void this.run(), everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#round;
  }

  /** One round; a round that is already under way is joined. Never rejects. */
  run(): Promise<void> {
    this.#round ??= this.#sweep()
      .catch((error: unknown) => this.parts.logger.error({ err: error }, 'old rows could not be deleted'))
      .finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #sweep(): Promise<void> {
    const { db, now, logger, retentionDays } = this.parts;
    const before = deletedBefore(now(), retentionDays);
    if (!before) return;
    const rows = await deleteOldRows(db, before, this.#stopping.signal);
    if (rows > 0) logger.info({ rows }, 'old rows were deleted');
  }
}
