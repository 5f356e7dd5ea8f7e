import fc from 'fast-check';
import { prefixEditDistance } from './edit-distance.js';

it.each([
  ['portrait', 'portrait', 0],
  ['port', 'portrait', 0],
  ['protrait', 'portrait', 1],
  ['portrat', 'portrait', 1],
  ['poortrait', 'portrait', 1],
  ['partrait', 'portrait', 1],
  ['gloden', 'golden', 1],
  ['cat', 'dog', 3],
])('%s is the beginning of %s but for %i edits', (typed, word, edits) => {
  expect(prefixEditDistance(typed, word, 2)).toBe(edits);
});

it('is 0 for every beginning of a word and never above the limit plus one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(3), (start, rest, limit) => {
      expect(prefixEditDistance(start, start + rest, limit)).toBe(0);
      expect(prefixEditDistance(start, rest, limit)).toBeLessThanOrEqual(limit + 1);
    }),
  );
});
