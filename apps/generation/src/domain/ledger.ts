/** What a reservation is for. */
export type SpendingKind = 'generation' | 'llm' | 'web_search' | 'playground';

/** Life of a reservation: held, then spent or given back. */
export type ReservationState = 'held' | 'settled' | 'released';

/** Money set aside before a paid call, in micro-dollars. */
export interface Reservation {
  /** UUIDv7. */
  readonly reservationId: string;
  readonly ownerId: string;
  readonly kind: SpendingKind;
  readonly amountMicros: number;
  readonly state: ReservationState;
  /** What was really spent; 0 unless settled. */
  readonly settledMicros: number;
  /** The windows it counts in, by their beginnings: always those of the moment it was made. */
  readonly hourStartMs: number;
  readonly dayStartMs: number;
}

/** A change of the ledger. Settling and releasing end a reservation; the first end stands. */
export type LedgerOperation =
  | {
      readonly kind: 'reserve';
      readonly reservationId: string;
      readonly ownerId: string;
      readonly spending: SpendingKind;
      readonly amountMicros: number;
      readonly generationId?: string;
      /** Idempotency key of the owner; absent for generations, whose reservation lives in their own row. */
      readonly key?: string;
    }
  | { readonly kind: 'settle'; readonly reservationId: string; readonly amountMicros: number }
  | { readonly kind: 'release'; readonly reservationId: string };

/** One line of the append-only ledger. The sums of both columns are what the budget windows hold. */
export interface LedgerEntry {
  readonly reservationId: string;
  readonly kind: LedgerOperation['kind'];
  readonly reservedDeltaMicros: number;
  readonly spentDeltaMicros: number;
}

/** Whose money a window counts: one user's within an hour, or everybody's within a day (UTC). */
export type BudgetScope = 'user_hour' | 'day';

/** Sums of one window. */
export interface BudgetWindow {
  readonly scope: BudgetScope;
  /** The user; empty for the day. */
  readonly subject: string;
  readonly startMs: number;
  readonly reservedMicros: number;
  readonly spentMicros: number;
}

/** Micro-dollars per window. */
export type BudgetLimits = Readonly<Record<BudgetScope, number>>;

const lengthMs: Readonly<Record<BudgetScope, number>> = { user_hour: 3_600_000, day: 86_400_000 };

/** Beginning of the window that `timeMs` lies in. */
export function windowStartMs(scope: BudgetScope, timeMs: number): number {
  return timeMs - (timeMs % lengthMs[scope]);
}

/** Milliseconds until the window of `timeMs` is over and its budget is whole again. */
export function windowRestMs(scope: BudgetScope, timeMs: number): number {
  return windowStartMs(scope, timeMs) + lengthMs[scope] - timeMs;
}

/** The entry that an operation leaves; settling and releasing take back what `reservedMicros` was. */
export function entryOf(operation: LedgerOperation, reservedMicros: number): LedgerEntry {
  const { kind, reservationId } = operation;
  if (kind === 'reserve')
    return { reservationId, kind, reservedDeltaMicros: operation.amountMicros, spentDeltaMicros: 0 };
  const spentDeltaMicros = kind === 'settle' ? operation.amountMicros : 0;
  return { reservationId, kind, reservedDeltaMicros: -reservedMicros, spentDeltaMicros };
}

/** What the entries of a reservation add to each of its two windows. */
export function windowDeltas(
  changes: readonly { readonly reservation: Omit<Reservation, 'state'>; readonly entry: LedgerEntry }[],
): BudgetWindow[] {
  const windows = new Map<string, BudgetWindow>();
  for (const { reservation, entry } of changes) {
    for (const window of windowsOf(reservation)) {
      const key = `${window.scope} ${window.startMs} ${window.subject}`;
      const sum = windows.get(key) ?? { ...window, reservedMicros: 0, spentMicros: 0 };
      windows.set(key, {
        ...sum,
        reservedMicros: sum.reservedMicros + entry.reservedDeltaMicros,
        spentMicros: sum.spentMicros + entry.spentDeltaMicros,
      });
    }
  }
  // Always in this order, users' hours before days, so that no two transactions wait for each other in a circle.
  return [...windows.entries()].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, window]) => window);
}

function windowsOf(reservation: Pick<Reservation, 'ownerId' | 'hourStartMs' | 'dayStartMs'>) {
  return [
    { scope: 'user_hour', subject: reservation.ownerId, startMs: reservation.hourStartMs },
    { scope: 'day', subject: '', startMs: reservation.dayStartMs },
  ] as const;
}
