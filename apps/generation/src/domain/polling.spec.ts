import { pollRetryWaitMs, pollTurns, pollWaitMs } from './polling.js';

const calm = { typicalMs: 30_000, isTold: false, jitter: 0.5 };

function looksWithin(totalMs: number, situation: { typicalMs: number; isTold: boolean }): number {
  let elapsedMs = 0;
  let looks = 0;
  for (; elapsedMs < totalMs; looks += 1) elapsedMs += pollWaitMs({ ...calm, ...situation, elapsedMs });
  return looks;
}

it('looks soon at first and sparsely later', () => {
  const waits = [0, 1_000, 20_000, 600_000].map((elapsedMs) => pollWaitMs({ ...calm, elapsedMs }));
  expect(waits).toEqual([250, 1_500, 5_000, 10_000]);
});

it.each([3_000, 30_000, 120_000, 600_000])('needs few looks for a job of %i ms', (typicalMs) => {
  expect(looksWithin(typicalMs, { typicalMs, isTold: false })).toBeLessThan(typicalMs > 300_000 ? 80 : 25);
});

it('hardly looks at what the provider reports by itself', () => {
  expect(looksWithin(60_000, { typicalMs: 60_000, isTold: true })).toBeLessThan(6);
  expect(looksWithin(3_000, { typicalMs: 3_000, isTold: true })).toBe(1);
});

it('spreads pollers by a tenth in both directions', () => {
  const at = (jitter: number) => pollWaitMs({ ...calm, elapsedMs: 600_000, jitter });
  expect([at(0), at(1)]).toEqual([9_000, 11_000]);
});

it('waits longer after every failure, and as long as the provider asks for', () => {
  expect([1, 2, 3, 9].map((failures) => pollRetryWaitMs(failures, undefined))).toEqual([1_000, 2_000, 4_000, 10_000]);
  expect(pollRetryWaitMs(1, 33_000)).toBe(33_000);
});

it('keeps all pollers of a provider together below the rate, and those of others out of it', () => {
  let nowMs = 0;
  const turn = pollTurns(100, () => nowMs);
  expect([turn('replicate'), turn('replicate'), turn('other'), turn('replicate')]).toEqual([0, 100, 0, 200]);
  nowMs = 1_000;
  expect([turn('replicate'), turn('replicate')]).toEqual([0, 100]);
});
