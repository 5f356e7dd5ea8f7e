import fc from 'fast-check';
import { canaryBands } from './canary-bands.js';

const percent = fc.integer({ min: 1, max: 100 });
const bucket = fc.integer({ min: 0, max: 99 });
/** As Envoy decides: stable comes first and has the buckets below its own weight. */
const isCanary = (one: number, weight: number): boolean => one >= 100 - weight;

it('never has two buckets in a band that some weight of the list sends to different versions', () => {
  fc.assert(
    fc.property(fc.array(percent, { minLength: 1, maxLength: 6 }), bucket, bucket, (weights, one, other) => {
      const bandOf = canaryBands(weights);
      if (bandOf(String(one)) !== bandOf(String(other))) return;
      for (const weight of [0, ...weights]) expect(isCanary(one, weight)).toBe(isCanary(other, weight));
    }),
  );
});

it('has no more bands than the weights need', () => {
  const bandOf = canaryBands([1, 10, 50, 100]);
  const bands = Array.from({ length: 100 }, (_, one) => bandOf(String(one)));
  expect(new Set(bands).size).toBe(4);
  expect([0, 49, 50, 89, 90, 98, 99].map((one) => bands[one])).toEqual(['1', '1', '2', '2', '3', '3', '4']);
});

it('has one band where no canary can run', () => {
  const bandOf = canaryBands([]);
  expect(new Set([bandOf('0'), bandOf('99'), bandOf(undefined)]).size).toBe(1);
});

it('keeps calls without a bucket to themselves, for their version is drawn', () => {
  const bandOf = canaryBands([10]);
  expect(['0', '95'].map(bandOf)).not.toContain(bandOf(undefined));
});
