import fc from 'fast-check';
import { canonicalJson, hashInput } from './canonical-json.js';

it('is the same for equal objects, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
      const reversed = Object.fromEntries(Object.entries(input).reverse());
      expect(hashInput(reversed)).toBe(hashInput(input));
    }),
  );
});

it('keeps the order of lists', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: 1, c: null } })).toBe('{"a":{"c":null,"d":1},"b":[2,1]}');
});
