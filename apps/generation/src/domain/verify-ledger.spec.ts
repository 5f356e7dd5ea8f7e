import { newGeneration } from '../../test/generation-fixture.js';
import { MemoryLedger } from '../../test/memory-ledger.js';
import { accept } from './life-cycle.js';
import type { BudgetWindow } from './ledger.js';
import { type LedgerRecords, verifyLedger } from './verify-ledger.js';

function balanced(): LedgerRecords {
  const ledger = new MemoryLedger();
  ledger.apply(accept(newGeneration(), 40_000).ledger, 1_000_000);
  ledger.apply([{ kind: 'settle', reservationId: 'reservation-0', amountMicros: 39_000 }], 5_000_000);
  return {
    reservations: [...ledger.reservations.values()],
    entries: ledger.entries,
    windows: [...ledger.windows.values()],
    generations: [{ generationId: 'g', reservationId: 'reservation-0', ended: true, actualCostMicros: 39_000 }],
  };
}

it('finds nothing in a ledger that balances', () => {
  expect(verifyLedger(balanced())).toEqual([]);
});

it('lets an answer from stored results have no reservation, at no cost', () => {
  const { generations, ...records } = balanced();
  const answered = { generationId: 'a', reservationId: undefined, ended: true, actualCostMicros: 0 };
  expect(verifyLedger({ ...records, generations: [...generations, answered] })).toEqual([]);
});

it.each<[string, (records: LedgerRecords) => LedgerRecords]>([
  ['a lost entry', (records) => ({ ...records, entries: records.entries.slice(0, 1) })],
  ['a double settlement', (records) => ({ ...records, entries: [...records.entries, ...records.entries.slice(1)] })],
  ['an entry of nobody', (records) => ({ ...records, reservations: [] })],
  ['a lost window', (records) => ({ ...records, windows: records.windows.slice(1) })],
  ['a window that drifted', (records) => ({ ...records, windows: records.windows.map(drift) })],
  ['an ended generation that holds money', (records) => ({ ...records, ...held(records) })],
  ['a cost that was not settled', (records) => ({ ...records, generations: records.generations.map(cheaper) })],
  [
    'a cost that nothing was reserved for',
    (records) => ({ ...records, generations: records.generations.map(unreserved) }),
  ],
  ['a generation without a reservation', (records) => ({ ...records, generations: records.generations.map(orphaned) })],
])('finds %s', (_what, spoil) => {
  expect(verifyLedger(spoil(balanced())).length).toBeGreaterThan(0);
});

type Billed = LedgerRecords['generations'][number];
const drift = (window: BudgetWindow): BudgetWindow => ({ ...window, spentMicros: window.spentMicros + 1 });
const cheaper = (one: Billed): Billed => ({ ...one, actualCostMicros: 1 });
const orphaned = (one: Billed): Billed => ({ ...one, reservationId: 'nobody' });
const unreserved = (one: Billed): Billed => ({ ...one, reservationId: undefined });
const held = (records: LedgerRecords) => ({
  reservations: records.reservations.map((one) => ({ ...one, state: 'held' as const, settledMicros: 0 })),
  entries: records.entries.slice(0, 1),
});
