import { UsageEvent } from '@atelier/contracts/usage/v1';
import type { UsageEventSink } from '@atelier/events';
import type { Logger } from '@atelier/service-defaults';
import { type Kysely, sql } from 'kysely';
import { DeliveryRounds } from './delivery-rounds.js';
import { countCosts } from './operation-figures.js';
import type { GenerationSchema } from './schema.js';

const batchSize = 500;
/** A batch that was not reported delivered by then is delivered again, by whoever comes. Longer than any delivery takes. */
const claimS = 60;
/** Events gather for this long, so that many small changes become one delivery. */
const gatherMs = 200;

/**
 * Delivers usage events that were committed with the state they tell of. At least once: a row goes only after the sink has
 * stored it, and its event id is fixed. Nothing is held open in the database while the sink works.
 */
export class OutboxRelay {
  readonly #rounds: DeliveryRounds;

  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly sink: UsageEventSink,
    private readonly logger: Logger,
  ) {
    this.#rounds = new DeliveryRounds({ deliver: () => this.deliverAll(), gatherMs, name: 'outbox relay', logger });
  }

  /** There may be something to deliver. */
  wake(): void {
    this.#rounds.wake();
  }

  start(): void {
    this.#rounds.start();
  }

  /** Delivers what is left, unless the sink is away, and stops. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Delivers everything that waits; false when the sink did not take it. */
  async deliverAll(): Promise<boolean> {
    for (;;) {
      const batch = await this.claim();
      if (batch.length === 0) return true;
      const eventIds = batch.map(({ event_id }) => event_id);
      try {
        const events = batch.map(({ payload }) => UsageEvent.decode(payload));
        await this.sink.send(events);
        countCosts(events);
        await this.db.deleteFrom('outbox').where('event_id', 'in', eventIds).execute();
      } catch (error) {
        this.logger.warn({ err: error, events: batch.length }, 'usage events wait: they could not be delivered');
        await this.db.updateTable('outbox').set({ claimed_until: null }).where('event_id', 'in', eventIds).execute();
        return false;
      }
    }
  }

  private async claim() {
    return this.db
      .updateTable('outbox')
      .set({ claimed_until: sql<Date>`now() + make_interval(secs => ${claimS})` })
      .where('event_id', 'in', (eb) =>
        eb
          .selectFrom('outbox')
          .select('event_id')
          .where((where) =>
            where.or([where('claimed_until', 'is', null), where('claimed_until', '<', sql<Date>`now()`)]),
          )
          .orderBy('event_id')
          .limit(batchSize)
          .forUpdate()
          .skipLocked(),
      )
      .returning(['event_id', 'payload'])
      .execute();
  }
}
