import { pollRetryWaitMs, pollWaitMs } from './polling.js';

function looksWithin(totalMs: number): number {
  let elapsedMs = 0;
  let looks = 0;
  for (; elapsedMs < totalMs; looks += 1) elapsedMs += pollWaitMs(elapsedMs, 0.5);
  return looks;
}

it('looks often at first and sparsely later', () => {
  expect(pollWaitMs(0, 0.5)).toBe(250);
  expect(pollWaitMs(8_000, 0.5)).toBe(2_000);
  expect(pollWaitMs(600_000, 0.5)).toBe(5_000);
  expect(looksWithin(30_000)).toBeLessThan(30);
  expect(looksWithin(300_000)).toBeLessThan(90);
});

it('spreads pollers by a tenth in both directions', () => {
  expect([pollWaitMs(600_000, 0), pollWaitMs(600_000, 1)]).toEqual([4_500, 5_500]);
});

it('waits longer after every failure, and as long as the provider asks for', () => {
  expect([1, 2, 3, 9].map((failures) => pollRetryWaitMs(failures, undefined))).toEqual([1_000, 2_000, 4_000, 10_000]);
  expect(pollRetryWaitMs(1, 33_000)).toBe(33_000);
});
