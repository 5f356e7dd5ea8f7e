import { CostRecorded } from '@atelier/contracts/usage/v1';
import { createUsageEvent } from '@atelier/events';
import type { Kysely, Transaction } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { Owner } from '../domain/accept-generation.js';
import type { LedgerOperation, Reservation, ReservationState, SpendingKind } from '../domain/ledger.js';
import type { Clock, Random } from '../domain/ports.js';
import { generationErrors } from '../generation.errors.js';
import type { GenerationSchema } from './schema.js';
import { type SqlLedger, toReservation } from './sql-ledger.js';
import { outboxRow, type Publisher } from './usage-facts.js';

/** What was paid for a reservation: micro-dollars, to whom, and for a language model the tokens. */
export interface Payment {
  readonly amountMicros: number;
  readonly provider: string;
  readonly modelId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requestId: string;
}

/** What reservations need. */
export interface ReservationTools {
  readonly db: Kysely<GenerationSchema>;
  readonly ledger: SqlLedger;
  readonly publisher: Publisher;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
  readonly onOutbox: () => void;
}

/** A paid call takes minutes; what is still held after this time, in milliseconds, was forgotten by its caller. */
const longestHoldMs = 3_600_000;

/** Reservations for paid calls outside of generations (LLM, web search, playground). */
export class SqlReservations {
  constructor(private readonly tools: ReservationTools) {}

  /** Answers the id. Repeating it with the same key answers the same; throws BUDGET_EXCEEDED, RESERVATION_KEY_REUSED. */
  async reserve(owner: Owner, wanted: { key: string; amountMicros: number; kind: SpendingKind }): Promise<string> {
    const { db, ledger, clock, random } = this.tools;
    const known = await this.findByKey(owner, wanted);
    if (known) return known;
    const { key, amountMicros, kind: spending } = wanted;
    const reservationId = random.id();
    try {
      await db
        .transaction()
        .execute((trx) =>
          ledger.apply(
            trx,
            [{ kind: 'reserve', reservationId, ownerId: owner.userId, spending, amountMicros, key }],
            clock.now(),
          ),
        );
      return reservationId;
    } catch (error) {
      // Somebody was faster with the same key.
      const winner = isUniqueViolation(error) ? await this.findByKey(owner, wanted) : undefined;
      if (winner) return winner;
      throw error;
    }
  }

  /** Throws RESERVATION_NOT_FOUND, or RESERVATION_ENDED when it was released. */
  async settle(owner: Owner, reservationId: string, paid: Payment): Promise<void> {
    const { amountMicros, requestId, ...what } = paid;
    await this.end(
      owner,
      { kind: 'settle', reservationId, amountMicros },
      'settled',
      async (trx, { ownerId, kind }) => {
        if (amountMicros === 0) return;
        const costRecorded = CostRecorded.create({ kind, amountMicros, ...what });
        const event = createUsageEvent(this.tools.publisher, { costRecorded }, { userId: ownerId, requestId });
        await trx.insertInto('outbox').values(outboxRow(event)).execute();
      },
    );
    this.tools.onOutbox();
  }

  /** Throws RESERVATION_NOT_FOUND, or RESERVATION_ENDED when it was settled. */
  async release(owner: Owner, reservationId: string): Promise<void> {
    await this.end(owner, { kind: 'release', reservationId }, 'released', async () => {});
  }

  /** What a user has reserved and spent in the running hour, and everybody today. */
  budget(userId: string): Promise<{ userHour: number; day: number }> {
    return this.tools.ledger.budget(this.tools.db, userId, this.tools.clock.now());
  }

  /** Gives back what callers that died have left behind; answers how many. */
  async releaseForgotten(): Promise<number> {
    const { db, ledger, clock } = this.tools;
    const forgotten = await db
      .selectFrom('reservations')
      .select('reservation_id')
      .where('state', '=', 'held')
      .where('kind', '<>', 'generation')
      .where('create_time', '<', new Date(clock.now() - longestHoldMs))
      .limit(100)
      .execute();
    for (const { reservation_id: reservationId } of forgotten) {
      await db.transaction().execute((trx) => ledger.apply(trx, [{ kind: 'release', reservationId }], clock.now()));
    }
    return forgotten.length;
  }

  private async end(
    owner: Owner,
    operation: Exclude<LedgerOperation, { kind: 'reserve' }>,
    wanted: ReservationState,
    also: (trx: Transaction<GenerationSchema>, reservation: Reservation) => Promise<void>,
  ): Promise<void> {
    const { db, ledger, clock } = this.tools;
    await db.transaction().execute(async (trx) => {
      const reservation = await find(trx, operation.reservationId);
      if (!reservation || !(owner.isAdmin || reservation.ownerId === owner.userId)) {
        throw generationErrors.RESERVATION_NOT_FOUND();
      }
      if (reservation.state === wanted) return;
      await ledger.apply(trx, [operation], clock.now());
      await also(trx, reservation);
    });
  }

  private async findByKey(owner: Owner, wanted: { key: string; amountMicros: number; kind: SpendingKind }) {
    const row = await this.tools.db
      .selectFrom('reservations')
      .select(['reservation_id', 'amount_micros', 'kind'])
      .where((eb) => eb.and({ owner_id: owner.userId, reservation_key: wanted.key }))
      .executeTakeFirst();
    if (row && (row.amount_micros !== wanted.amountMicros || row.kind !== wanted.kind)) {
      throw generationErrors.RESERVATION_KEY_REUSED();
    }
    return row?.reservation_id;
  }
}

/** Locked, so that of two ends at the same time the second sees the first. Those of generations end with them only. */
async function find(trx: Transaction<GenerationSchema>, reservationId: string): Promise<Reservation | undefined> {
  if (!isUuid(reservationId)) return undefined;
  const row = await trx
    .selectFrom('reservations')
    .selectAll()
    .where('reservation_id', '=', reservationId)
    .where('kind', '<>', 'generation')
    .forUpdate()
    .executeTakeFirst();
  return row && toReservation(row);
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}
