import { jest } from '@jest/globals';
import type { PresetUse, RecordedUses } from './preset-use.js';
import { PresetUses } from './preset-uses.js';

const use = (key: string, presetId = 'noir'): PresetUse => ({
  key,
  presetId,
  version: 1,
  userId: 'sarah',
  requestId: 'r-1',
  assignment: undefined,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Counts in memory; `gate` holds every batch back. */
function counting(gate?: Promise<void>) {
  const batches: string[][] = [];
  const known = new Set<string>();
  const clock = { now: new Date('2026-11-21T12:00:00Z') };
  const prune = jest.fn(async (_usesBefore: Date, _dayBefore: string) => undefined);
  const record = jest.fn(async (uses: readonly PresetUse[]): Promise<RecordedUses> => {
    batches.push(uses.map(({ key }) => key));
    await gate;
    const fresh = new Set(uses.map(({ key }) => key).filter((key) => !known.has(key)));
    for (const key of fresh) known.add(key);
    return { fresh, totals: new Map([['noir', known.size]]) };
  });
  const counted: string[] = [];
  const failed = jest.fn();
  const listener = { counted: ({ key }: PresetUse) => void counted.push(key), failed };
  return {
    uses: new PresetUses({ record, prune }, new Set(), listener, () => clock.now),
    batches,
    record,
    prune,
    clock,
    counted,
    failed,
  };
}

it('records the first at once and together what comes while it is under way', async () => {
  const gate = Promise.withResolvers<void>();
  const { uses, batches } = counting(gate.promise);
  const all = ['one', 'two', 'three'].map((key) => uses.count(use(key)));
  gate.resolve();
  await Promise.all(all);
  expect(batches).toEqual([['one'], ['two', 'three']]);
});

it('takes at most 500 at a time', async () => {
  const { uses, batches } = counting();
  await Promise.all(Array.from({ length: 1_201 }, (_, n) => uses.count(use(`g-${n}`))));
  expect(batches.map(({ length }) => length)).toEqual([1, 500, 500, 200]);
});

it('tells a use once, though it comes twice in a batch and again later', async () => {
  const { uses, counted } = counting();
  await Promise.all([uses.count(use('first')), uses.count(use('same')), uses.count(use('same'))]);
  await expect(uses.count(use('same'))).resolves.toEqual({ fresh: false, useCount: 2 });
  expect(counted).toEqual(['first', 'same']);
});

it('fails the uses of a batch that could not be stored, and goes on with the next', async () => {
  const { uses, record, counted } = counting();
  record.mockRejectedValueOnce(new Error('away'));
  const [first, second] = await Promise.allSettled([uses.count(use('one')), uses.count(use('two'))]);
  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
  expect(counted).toEqual(['two']);
});

it('forgets what is old once a day, and says so when it could not', async () => {
  const { uses, prune, clock, failed } = counting();
  for (const key of ['one', 'two']) await uses.count(use(key));
  await settled();
  expect(prune.mock.calls).toEqual([[new Date('2026-08-23T12:00:00Z'), '2025-10-17']]);
  clock.now = new Date('2026-11-22T00:00:00Z');
  prune.mockRejectedValueOnce(new Error('away'));
  await uses.count(use('three'));
  await settled();
  expect(prune).toHaveBeenCalledTimes(2);
  expect(failed).toHaveBeenCalledTimes(1);
});
