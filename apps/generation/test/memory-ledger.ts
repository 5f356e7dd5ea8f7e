import {
  type BudgetWindow,
  entryOf,
  type LedgerEntry,
  type LedgerOperation,
  type Reservation,
  windowDeltas,
  windowStartMs,
} from '../src/domain/ledger.js';

/** A ledger without limits that refuses what the stored one refuses: ending a reservation twice. */
export class MemoryLedger {
  readonly reservations = new Map<string, Reservation>();
  readonly entries: LedgerEntry[] = [];
  readonly windows = new Map<string, BudgetWindow>();

  apply(operations: readonly LedgerOperation[], nowMs: number): void {
    for (const operation of operations) {
      const reservation = operation.kind === 'reserve' ? this.reserve(operation, nowMs) : this.end(operation);
      const entry = entryOf(operation, reservation.amountMicros);
      this.entries.push(entry);
      for (const delta of windowDeltas([{ reservation, entry }])) this.count(delta);
    }
  }

  private reserve(operation: LedgerOperation & { kind: 'reserve' }, nowMs: number): Reservation {
    const { reservationId, ownerId, amountMicros, spending: kind } = operation;
    if (this.reservations.has(reservationId)) throw new Error('reserved twice');
    const [hourStartMs, dayStartMs] = [windowStartMs('user_hour', nowMs), windowStartMs('day', nowMs)];
    const common = { reservationId, ownerId, amountMicros, kind, hourStartMs, dayStartMs };
    const reservation: Reservation = { ...common, state: 'held', settledMicros: 0 };
    this.reservations.set(reservationId, reservation);
    return reservation;
  }

  private end(operation: LedgerOperation & { kind: 'settle' | 'release' }): Reservation {
    const held = this.reservations.get(operation.reservationId);
    if (held?.state !== 'held') throw new Error('ended twice');
    const settledMicros = operation.kind === 'settle' ? operation.amountMicros : 0;
    const state = operation.kind === 'settle' ? 'settled' : 'released';
    this.reservations.set(held.reservationId, { ...held, state, settledMicros });
    return held;
  }

  private count(delta: BudgetWindow): void {
    const key = `${delta.scope} ${delta.subject} ${delta.startMs}`;
    const sum = this.windows.get(key) ?? { ...delta, reservedMicros: 0, spentMicros: 0 };
    const reservedMicros = sum.reservedMicros + delta.reservedMicros;
    this.windows.set(key, { ...sum, reservedMicros, spentMicros: sum.spentMicros + delta.spentMicros });
  }
}
