import fc from 'fast-check';
import { bucketOf, canaryBucketOf } from './stable-hash.js';

describe('buckets', () => {
  it('stay the same for a user, in every process and version', () => {
    // Written down once: another value would move users from one way to the other.
    expect([
      bucketOf('ai-classification', 'sarah'),
      bucketOf('ai-classification', 'ben'),
      canaryBucketOf('sarah'),
    ]).toEqual([47, 5, 57]);
  });

  it('spread users evenly, so that a percentage is a percentage', () => {
    const users = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    for (const percentage of [1, 10, 50, 90]) {
      const share = users.filter((user) => bucketOf('ai-classification', user) < percentage).length / users.length;
      expect(Math.abs(share - percentage / 100)).toBeLessThan(0.015);
    }
  });

  it('of two purposes are independent', () => {
    const users = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    const both = users.filter((user) => bucketOf('a', user) < 50 && bucketOf('b', user) < 50).length / users.length;
    expect(Math.abs(both - 0.25)).toBeLessThan(0.02);
  });

  it('are whole numbers from 0 to 99 for any user, so that 0 includes nobody and 100 everybody', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (user) => {
        const bucket = bucketOf('ai-classification', user);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < 100).toBe(true);
        expect(bucketOf('ai-classification', user)).toBe(bucket);
      }),
    );
  });

  it.each([
    ['numbers', (index: number) => String(index)],
    ['random ids', (index: number) => `6f1f7c4e-${index.toString(16).padStart(4, '0')}-4d21-9b0a-5d2c1f7e8a90`],
    ['addresses', (index: number) => `person${index}@mail.example`],
  ])('are equally full for %s', (_name, nameOf) => {
    const people = 50_000;
    const counts = Array.from({ length: 100 }, () => 0);
    for (let index = 0; index < people; index += 1) {
      const bucket = bucketOf('ai-classification', nameOf(index));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const expected = people / counts.length;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: one even spread in 10,000 is beyond 160.
    expect(chiSquare).toBeLessThan(160);
  });
});
