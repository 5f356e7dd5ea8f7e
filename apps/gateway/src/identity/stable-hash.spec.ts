import { bucketOf } from './stable-hash.js';

describe('buckets', () => {
  it('stay the same for a user, in every process and version', () => {
    // Written down once: another value would move users from one way to the other.
    expect([
      bucketOf('ai-classification', 'sarah'),
      bucketOf('ai-classification', 'ben'),
      bucketOf('canary', 'sarah'),
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
});
