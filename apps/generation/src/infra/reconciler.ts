import type { Logger } from '@atelier/service-defaults';
import { type Kysely, sql } from 'kysely';
import type { CancelAtProvider } from '../domain/cancel-at-provider.js';
import { hasNoJob, type JobQueue } from './job-queue.js';
import type { AssetRegistry } from './asset-registry.js';
import { priorityName } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';
import type { SqlReservations } from './sql-reservations.js';

/** What reconciling needs. */
export interface ReconcilerTools {
  readonly db: Kysely<GenerationSchema>;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly assets: AssetRegistry;
  readonly reservations: SqlReservations;
  readonly cancelAtProvider: CancelAtProvider;
  readonly logger: Logger;
}

const batchSize = 500;

/**
 * Repairs what a crash can leave between the rows, which are the truth, and everything that only follows them: jobs of
 * generations that nobody works on, cancellations that a provider was not told, files whose records are gone, money that a dead caller holds.
 */
export class Reconciler {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(private readonly tools: ReconcilerTools) {}

  start(everyMs = 30_000): void {
    this.#timer = setInterval(() => void this.run(), everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
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
    const announced = await this.announceForgotten();
    if (announced > 0) this.tools.logger.info({ generations: announced }, 'generations were announced again');
    await this.tools.cancelAtProvider.run();
    await this.tools.assets.deleteLeftOver();
    const released = await this.tools.reservations.releaseForgotten();
    if (released > 0) this.tools.logger.warn({ reservations: released }, 'forgotten reservations were released');
  }

  /** Waiting generations without a job, and running ones whose worker is gone: a worker attaches to them again. */
  private async announceForgotten(): Promise<number> {
    let announced = 0;
    for (;;) {
      const rows = await this.tools.db.transaction().execute(async (trx) => {
        const forgotten = await trx
          .selectFrom('generations')
          .select(['generation_id', 'owner_id', 'priority'])
          .where((eb) =>
            eb.or([
              eb('state', '=', 'queued'),
              eb.and([
                eb('state', '=', 'running'),
                eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', sql<Date>`now()`)]),
              ]),
            ]),
          )
          .where(hasNoJob())
          .orderBy('generation_id')
          .limit(batchSize)
          .execute();
        if (forgotten.length > 0) await this.tools.queue.enqueue(trx, forgotten.map(toAnnouncement));
        return forgotten.length;
      });
      announced += rows;
      if (rows < batchSize) return announced;
    }
  }
}

function toAnnouncement(row: { generation_id: string; owner_id: string; priority: number }) {
  return { generationId: row.generation_id, ownerId: row.owner_id, priority: priorityName(row.priority) };
}
