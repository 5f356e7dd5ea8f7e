import fc from 'fast-check';
import { assignVariant } from './assign-variant.js';

const user = fc.string({ minLength: 1, maxLength: 40 });
const portion = fc.double({ min: 0, max: 1, noNaN: true });

it('gives a user the same variant every time, in every process and version', () => {
  fc.assert(
    fc.property(fc.uuid(), user, portion, (experiment, who, share) => {
      expect(assignVariant(experiment, who, share)).toBe(assignVariant(experiment, who, share));
    }),
  );
  // Written down once: another value would move users in the middle of an experiment.
  expect(['sarah', 'omar', 'ben', 'lena'].map((who) => assignVariant('0199f0a2', who, 0.5))).toEqual([
    'a',
    'a',
    'a',
    'b',
  ]);
});

it('keeps who has b when more are to get it', () => {
  fc.assert(
    fc.property(fc.uuid(), user, portion, portion, (experiment, who, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      if (assignVariant(experiment, who, less) === 'b') expect(assignVariant(experiment, who, more)).toBe('b');
    }),
  );
});

it('gives nobody b for 0 and everybody for 1', () => {
  fc.assert(
    fc.property(fc.uuid(), user, (experiment, who) => {
      expect([assignVariant(experiment, who, 0), assignVariant(experiment, who, 1)]).toEqual(['a', 'b']);
    }),
  );
});

it.each([0.1, 0.5, 0.9])('gives about %d of the users b', (share) => {
  const users = Array.from({ length: 4_000 }, (_, n) => `user-${n}`);
  const having = users.filter((who) => assignVariant('0199f0a2-6b1e', who, share) === 'b').length / users.length;
  expect(Math.abs(having - share)).toBeLessThan(0.03);
});
