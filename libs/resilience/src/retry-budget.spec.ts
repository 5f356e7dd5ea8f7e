import fc from 'fast-check';
import { RetryBudget } from './retry-budget.js';

let now: number;
beforeEach(() => (now = 1_000_000));
const budget = (options = {}) => new RetryBudget({ ratio: 0.2, floor: 2, now: () => now, ...options });

function takeAll(from: RetryBudget): number {
  let taken = 0;
  while (from.takeRetry()) taken += 1;
  return taken;
}

it('allows a few retries before anything was called', () => expect(takeAll(budget())).toBe(2));

it('allows one retry more for every five calls', () => {
  const one = budget();
  for (let call = 0; call < 50; call += 1) one.noteCall();
  expect(takeAll(one)).toBe(12);
});

it('forgets what is older than the window', () => {
  const one = budget();
  expect(takeAll(one)).toBe(2);
  now += 60_001;
  expect(takeAll(one)).toBe(2);
});

it('never allows more than the floor and the share of the calls, whatever comes when', () => {
  const step = fc.oneof(fc.constant('call' as const), fc.constant('retry' as const), fc.nat(20_000));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const one = budget();
      const calls: number[] = [];
      const retries: number[] = [];
      for (const what of steps) {
        if (what === 'call') {
          one.noteCall();
          calls.push(now);
        } else if (what === 'retry') {
          if (!one.takeRetry()) continue;
          retries.push(now);
          // The window is exact to a twelfth of it.
          const recent = (times: number[], ms: number) => times.filter((at) => at > now - ms).length;
          expect(recent(retries, 55_000)).toBeLessThanOrEqual(2 + 0.2 * recent(calls, 60_000));
        } else now += what;
      }
    }),
  );
});
