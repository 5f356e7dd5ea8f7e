import { type BudgetWindow, type LedgerEntry, type Reservation, windowDeltas } from './ledger.js';

/** The whole ledger, or a part of it that is complete for its reservations. */
export interface LedgerRecords {
  readonly reservations: readonly Reservation[];
  readonly entries: readonly LedgerEntry[];
  readonly windows: readonly BudgetWindow[];
  /** Generations with the reservation that pays for them. */
  readonly generations: readonly {
    readonly generationId: string;
    /** Absent for what was answered from stored results. */
    readonly reservationId: string | undefined;
    readonly ended: boolean;
    readonly actualCostMicros: number | undefined;
  }[];
}

/**
 * Recounts the ledger: every reservation has one reserve entry and at most one end, held money is exactly what has no
 * end, an ended generation holds nothing and cost what was settled, and the windows are the sums of the entries.
 * One sentence for every violation; empty when everything balances.
 */
export function verifyLedger(records: LedgerRecords): string[] {
  const reservations = new Map(records.reservations.map((one) => [one.reservationId, one]));
  const entries = new Map<string, LedgerEntry[]>();
  for (const entry of records.entries) {
    entries.set(entry.reservationId, [...(entries.get(entry.reservationId) ?? []), entry]);
  }
  const orphans = [...entries.keys()].filter((id) => !reservations.has(id));
  return [
    ...orphans.map((id) => `entries of reservation ${id}, which does not exist`),
    ...records.reservations.flatMap((one) => checkReservation(one, entries.get(one.reservationId) ?? [])),
    ...records.generations.flatMap((one) => checkGeneration(one, reservations.get(one.reservationId ?? ''))),
    ...checkWindows(records, reservations),
  ];
}

function checkReservation(reservation: Reservation, entries: readonly LedgerEntry[]): string[] {
  const { reservationId, amountMicros, state, settledMicros } = reservation;
  const problems: string[] = [];
  const complain = (what: string): void => void problems.push(`reservation ${reservationId}: ${what}`);
  const reserves = entries.filter(({ kind }) => kind === 'reserve');
  const ends = entries.filter(({ kind }) => kind !== 'reserve');
  const [end] = ends;
  if (reserves.length !== 1) complain(`${reserves.length} reserve entries`);
  if (reserves[0] && reserves[0].reservedDeltaMicros !== amountMicros) complain('reserved another amount');
  if (ends.length > 1) complain(`ended ${ends.length} times`);
  if ((end === undefined) !== (state === 'held')) complain(`is ${state} with ${ends.length} end entries`);
  if (end && end.kind !== (state === 'settled' ? 'settle' : 'release')) complain(`is ${state} but has a ${end.kind}`);
  const held = entries.reduce((sum, entry) => sum + entry.reservedDeltaMicros, 0);
  const spent = entries.reduce((sum, entry) => sum + entry.spentDeltaMicros, 0);
  if (held !== (state === 'held' ? amountMicros : 0)) complain(`holds ${held}`);
  if (spent !== settledMicros || spent < 0) complain(`spent ${spent}, says ${settledMicros}`);
  return problems;
}

function checkGeneration(
  generation: LedgerRecords['generations'][number],
  reservation: Reservation | undefined,
): string[] {
  const { generationId, reservationId, ended, actualCostMicros } = generation;
  if (reservationId === undefined) {
    return ended && actualCostMicros === 0 ? [] : [`generation ${generationId}: cost ${actualCostMicros}, unreserved`];
  }
  if (!reservation) return [`generation ${generationId}: has no reservation`];
  if (ended !== (reservation.state !== 'held'))
    return [`generation ${generationId}: ${ended ? 'ended' : 'not ended'} but its money is ${reservation.state}`];
  return ended && actualCostMicros !== reservation.settledMicros
    ? [`generation ${generationId}: cost ${actualCostMicros}, settled ${reservation.settledMicros}`]
    : [];
}

function checkWindows(records: LedgerRecords, reservations: ReadonlyMap<string, Reservation>): string[] {
  const counted = windowDeltas(
    records.entries.flatMap((entry) => {
      const reservation = reservations.get(entry.reservationId);
      return reservation ? [{ reservation, entry }] : [];
    }),
  );
  const keyOf = (window: BudgetWindow): string => `${window.scope} ${window.subject} ${window.startMs}`;
  const kept = new Map(records.windows.map((window) => [keyOf(window), window]));
  const expected = new Map(counted.map((window) => [keyOf(window), window]));
  return [...new Set([...kept.keys(), ...expected.keys()])].flatMap((key) => {
    const [has, should] = [kept.get(key), expected.get(key)];
    const same =
      (has?.reservedMicros ?? 0) === (should?.reservedMicros ?? 0) &&
      (has?.spentMicros ?? 0) === (should?.spentMicros ?? 0);
    return same
      ? []
      : [
          `window ${key}: holds ${has?.reservedMicros ?? 0} + ${has?.spentMicros ?? 0}, ` +
            `its entries say ${should?.reservedMicros ?? 0} + ${should?.spentMicros ?? 0}`,
        ];
  });
}
