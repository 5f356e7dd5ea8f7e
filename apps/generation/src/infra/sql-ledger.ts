import type { Kysely, Selectable, Transaction } from 'kysely';
import { sql } from 'kysely';
import { generationErrors } from '../generation.errors.js';
import {
  type BudgetLimits,
  type BudgetWindow,
  entryOf,
  type LedgerEntry,
  type LedgerOperation,
  type Reservation,
  windowDeltas,
  windowRestMs,
  windowStartMs,
} from '../domain/ledger.js';
import type { GenerationSchema, ReservationTable } from './schema.js';

type Counted = { readonly reservation: Reservation; readonly entry: LedgerEntry };
type ReserveOperation = Extract<LedgerOperation, { kind: 'reserve' }>;
type EndOperation = Exclude<LedgerOperation, ReserveOperation>;

/** Applies ledger operations inside somebody's transaction, so that money moves with the state that moves it. */
export class SqlLedger {
  constructor(readonly limits: BudgetLimits) {}

  /** Throws BUDGET_EXCEEDED, naming the limit; RESERVATION_ENDED for a reservation that ended already. */
  async apply(
    trx: Transaction<GenerationSchema>,
    operations: readonly LedgerOperation[],
    nowMs: number,
  ): Promise<void> {
    if (operations.length === 0) return;
    const counted: Counted[] = [];
    for (const operation of operations) {
      const reservation = operation.kind === 'reserve' ? reserved(operation, nowMs) : await end(trx, operation, nowMs);
      counted.push({ reservation, entry: entryOf(operation, reservation.amountMicros) });
    }
    await insert(trx, operations, counted, nowMs);
    await this.count(trx, windowDeltas(counted), nowMs);
  }

  /** What a user has reserved and spent in the running hour, and everybody today. */
  async budget(
    db: Kysely<GenerationSchema>,
    userId: string,
    nowMs: number,
  ): Promise<{ userHour: number; day: number }> {
    const rows = await db
      .selectFrom('budget_windows')
      .select(['scope', sql<number>`reserved_micros + spent_micros`.as('used')])
      .where((eb) =>
        eb.or([
          eb.and({ scope: 'user_hour', subject: userId, window_start: new Date(windowStartMs('user_hour', nowMs)) }),
          eb.and({ scope: 'day', subject: '', window_start: new Date(windowStartMs('day', nowMs)) }),
        ]),
      )
      .execute();
    const used = (scope: string): number => Number(rows.find((row) => row.scope === scope)?.used ?? 0);
    return { userHour: used('user_hour'), day: used('day') };
  }

  /** Conditional statements: whoever comes too late finds the window full, however many come at once. */
  private async count(
    trx: Transaction<GenerationSchema>,
    deltas: readonly BudgetWindow[],
    nowMs: number,
  ): Promise<void> {
    const growing = deltas.every(({ reservedMicros }) => reservedMicros > 0);
    if (growing) return this.grow(trx, deltas, nowMs);
    for (const delta of deltas) {
      if (delta.reservedMicros > 0) await this.grow(trx, [delta], nowMs);
      else await shrink(trx, delta);
    }
  }

  /** The windows in one statement, locked in the order in which they are given. */
  private async grow(
    trx: Transaction<GenerationSchema>,
    deltas: readonly BudgetWindow[],
    nowMs: number,
  ): Promise<void> {
    const { user_hour: hourLimit, day: dayLimit } = this.limits;
    const limit = sql`case excluded.scope when 'day' then ${dayLimit}::bigint else ${hourLimit}::bigint end`;
    // A first reservation of a window meets no row that could refuse it.
    const tooLarge = deltas.find(({ scope, reservedMicros }) => reservedMicros > this.limits[scope]);
    if (tooLarge) throw budgetExceeded(tooLarge.scope, nowMs);
    const counted = await trx
      .insertInto('budget_windows')
      .values(
        deltas.map(({ scope, subject, startMs, reservedMicros, spentMicros }) => ({
          scope,
          subject,
          window_start: new Date(startMs),
          reserved_micros: reservedMicros,
          spent_micros: spentMicros,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['scope', 'subject', 'window_start'])
          .doUpdateSet({
            reserved_micros: sql`budget_windows.reserved_micros + excluded.reserved_micros`,
            spent_micros: sql`budget_windows.spent_micros + excluded.spent_micros`,
          })
          .where(
            sql<boolean>`budget_windows.reserved_micros + budget_windows.spent_micros + excluded.reserved_micros <= ${limit}`,
          ),
      )
      .returning('scope')
      .execute();
    const full = deltas.find(({ scope }) => counted.every((row) => row.scope !== scope));
    if (full) throw budgetExceeded(full.scope, nowMs);
  }
}

async function shrink(trx: Transaction<GenerationSchema>, delta: BudgetWindow): Promise<void> {
  const { scope, subject, startMs, reservedMicros, spentMicros } = delta;
  await trx
    .updateTable('budget_windows')
    .set((eb) => ({
      reserved_micros: eb('reserved_micros', '+', reservedMicros),
      spent_micros: eb('spent_micros', '+', spentMicros),
    }))
    .where((eb) => eb.and({ scope, subject, window_start: new Date(startMs) }))
    .execute();
}

/** The refusal of a reservation that a window has no room for. */
export function budgetExceeded(scope: BudgetWindow['scope'], nowMs: number) {
  const message = scope === 'day' ? 'The budget of the day is used up.' : 'Your budget of this hour is used up.';
  return generationErrors.BUDGET_EXCEEDED({
    message,
    metadata: { limit: scope },
    retryAfterMs: windowRestMs(scope, nowMs),
  });
}

/** A new reservation, counted in the windows of this moment. */
export function reserved(
  { reservationId, ownerId, spending, amountMicros }: ReserveOperation,
  nowMs: number,
): Reservation {
  const hourStartMs = windowStartMs('user_hour', nowMs);
  const dayStartMs = windowStartMs('day', nowMs);
  return {
    reservationId,
    ownerId,
    kind: spending,
    amountMicros,
    state: 'held',
    settledMicros: 0,
    hourStartMs,
    dayStartMs,
  };
}

async function end(trx: Transaction<GenerationSchema>, operation: EndOperation, nowMs: number): Promise<Reservation> {
  const settled = operation.kind === 'settle';
  const row = await trx
    .updateTable('reservations')
    .set({
      state: settled ? 'settled' : 'released',
      settled_micros: settled ? operation.amountMicros : 0,
      end_time: new Date(nowMs),
    })
    .where('reservation_id', '=', operation.reservationId)
    .where('state', '=', 'held')
    .returningAll()
    .executeTakeFirst();
  if (!row) throw generationErrors.RESERVATION_ENDED();
  return toReservation(row);
}

async function insert(
  trx: Transaction<GenerationSchema>,
  operations: readonly LedgerOperation[],
  counted: readonly Counted[],
  nowMs: number,
): Promise<void> {
  const { reservations, entries } = ledgerRows(operations, counted, nowMs);
  if (reservations.length === 0) await trx.insertInto('ledger_entries').values(entries).execute();
  else
    await trx
      .with('reserved', (db) => db.insertInto('reservations').values(reservations))
      .insertInto('ledger_entries')
      .values(entries)
      .execute();
}

/** The rows that operations add. */
export function ledgerRows(operations: readonly LedgerOperation[], counted: readonly Counted[], nowMs: number) {
  const create_time = new Date(nowMs);
  const reservations = counted.flatMap(({ reservation: one }, index) => {
    const operation = operations[index];
    if (operation?.kind !== 'reserve') return [];
    return {
      reservation_id: one.reservationId,
      owner_id: one.ownerId,
      reservation_key: operation.key ?? null,
      kind: one.kind,
      generation_id: operation.generationId ?? null,
      amount_micros: one.amountMicros,
      state: one.state,
      settled_micros: 0,
      hour_start: new Date(one.hourStartMs),
      day_start: new Date(one.dayStartMs),
      create_time,
      end_time: null,
    };
  });
  const entries = counted.map(({ entry }) => ({
    reservation_id: entry.reservationId,
    kind: entry.kind,
    reserved_delta_micros: entry.reservedDeltaMicros,
    spent_delta_micros: entry.spentDeltaMicros,
    create_time,
  }));
  return { reservations, entries };
}

export function toReservation(row: Selectable<ReservationTable>): Reservation {
  return {
    reservationId: row.reservation_id,
    ownerId: row.owner_id,
    kind: row.kind,
    amountMicros: row.amount_micros,
    state: row.state,
    settledMicros: row.settled_micros,
    hourStartMs: row.hour_start.getTime(),
    dayStartMs: row.day_start.getTime(),
  };
}
