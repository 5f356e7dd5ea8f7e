import { AsyncResource } from 'node:async_hooks';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import type { UsageEventSink } from '@atelier/events';
import type { Logger } from '@atelier/service-defaults';
import { type Kysely, sql } from 'kysely';
import type { GenerationSchema } from './schema.js';

const batchSize = 500;
/** A batch that was not reported delivered by then is delivered again, by whoever comes. Longer than any delivery takes. */
const claimS = 60;
const idleWaitMs = 5_000;
/** Events gather for this long, so that many small changes become one delivery. */
const gatherMs = 200;
const longestWaitMs = 30_000;

/**
 * Delivers usage events that were committed with the state they tell of. At least once: a row goes only after the sink has
 * stored it, and its event id is fixed. Nothing is held open in the database while the sink works.
 */
export class OutboxRelay {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #failures = 0;
  #stopped = false;
  /** There is, or may be, more than the running round has seen. */
  #woken = false;

  /** Outside of the call that happens to wake the relay: its context has no part in a delivery. */
  readonly #schedule = AsyncResource.bind((waitMs: number): void => {
    if (this.#stopped || this.#round) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#woken = false;
      this.#round = this.round();
    }, waitMs);
    this.#timer.unref();
  });

  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly sink: UsageEventSink,
    private readonly logger: Logger,
  ) {}

  /** There may be something to deliver. */
  wake(): void {
    if (this.#woken || this.#failures > 0) return;
    this.#woken = true;
    this.#schedule(gatherMs);
  }

  start(): void {
    this.#schedule(0);
  }

  /** Delivers what is left, unless the sink is away, and stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    if (this.#failures === 0) await this.deliverAll();
  }

  /** Delivers everything that waits; false when the sink did not take it. */
  async deliverAll(): Promise<boolean> {
    for (;;) {
      const batch = await this.claim();
      if (batch.length === 0) return true;
      const eventIds = batch.map(({ event_id }) => event_id);
      try {
        await this.sink.send(batch.map(({ payload }) => UsageEvent.decode(payload)));
        this.#failures = 0;
        await this.db.deleteFrom('outbox').where('event_id', 'in', eventIds).execute();
      } catch (error) {
        this.#failures += 1;
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

  private async round(): Promise<void> {
    let nextMs = longestWaitMs;
    try {
      const delivered = await this.deliverAll();
      nextMs = delivered ? idleWaitMs : Math.min(longestWaitMs, 500 * 2 ** this.#failures);
    } catch (error) {
      this.logger.error({ err: error }, 'outbox relay');
    }
    this.#round = undefined;
    this.#schedule(this.#woken ? gatherMs : nextMs);
  }
}
