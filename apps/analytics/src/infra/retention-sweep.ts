import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import { deletedBefore, minutesKept } from '../domain/retention.js';
import { dropOldPartitions } from './partitions/drop-partitions.js';
import { makePartitions } from './partitions/make-partitions.js';
import { deleteOldMinutes, deleteOldRows } from './sql-retention.js';

const everyMs = 3_600_000;

/** What sweeping needs. */
export interface RetentionSweepParts {
  readonly db: Kysely<unknown>;
  readonly now: () => Date;
  readonly logger: Logger;
  /** 0 keeps everything. */
  readonly retentionDays: number;
}

/**
 * Makes the partitions of coming months, drops those that were kept long enough, and deletes what goes row by row; at the
 * start and every hour. Several at once do no harm.
 */
export class RetentionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(private readonly parts: RetentionSweepParts) {}

  onApplicationBootstrap(): void {
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
    this.#round ??= this.#sweep().finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #sweep(): Promise<void> {
    const { db, now } = this.parts;
    await this.#try('months could not be made', async () => {
      const months = await makePartitions(db, now());
      return months.length > 0 && { made: months };
    });
    const before = deletedBefore(now(), this.parts.retentionDays);
    if (before)
      await this.#try('old rows could not be deleted', async () => {
        const dropped = await dropOldPartitions(db, before, this.#stopping.signal);
        const rows = await deleteOldRows(db, before, this.#stopping.signal);
        return dropped.length + rows > 0 && { dropped, rows };
      });
    await this.#try('old minutes could not be deleted', async () => {
      for (const [tables, oldest] of minutesKept(now()))
        await deleteOldMinutes(db, tables, oldest, this.#stopping.signal);
      return false;
    });
  }

  /** One part that fails keeps no other from its work. */
  async #try(failure: string, work: () => Promise<object | false>): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      const done = await work();
      if (done) this.parts.logger.info(done, 'made' in done ? 'months were made' : 'old rows were deleted');
    } catch (error) {
      this.parts.logger.error({ err: error }, failure);
    }
  }
}
