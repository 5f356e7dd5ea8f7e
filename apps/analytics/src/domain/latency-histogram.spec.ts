import fc from 'fast-check';
import { bucketOf, observe, percentileUs, upperBoundUs } from './latency-histogram.js';

const durations = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]): number[] {
  const histogram: number[] = [];
  for (const value of values) observe(histogram, value);
  return histogram;
}

it('puts every duration of the scale into a bucket that holds it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_600_000_000 }), (us) => {
      const bucket = bucketOf(us);
      expect(us).toBeLessThanOrEqual(upperBoundUs(bucket) * (1 + 1e-12));
      if (bucket > 0) expect(us).toBeGreaterThan(upperBoundUs(bucket - 1) * (1 - 1e-12));
    }),
  );
});

it('answers a percentile at most one bucket away from the exact one', () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
      const answer = percentileUs(histogramOf(values), share);
      expect(answer).toBeLessThanOrEqual(Math.max(100, exact * 1.19 + 1));
      expect(answer).toBeGreaterThanOrEqual(Math.min(exact, exact / 1.19 - 1, exact - 100));
    }),
  );
});

it('keeps a duration beyond the scale in the last bucket', () => {
  expect(percentileUs(histogramOf([Number.MAX_SAFE_INTEGER]), 0.95)).toBe(upperBoundUs(96));
});

it('answers 0 without observations', () => {
  expect(percentileUs([], 0.95)).toBe(0);
});
