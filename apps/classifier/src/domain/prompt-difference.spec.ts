import fc from 'fast-check';
import { addedPhrases } from './prompt-difference.js';

describe('addedPhrases', () => {
  it.each([
    ['a red fox', 'a red fox, high detail, natural light', ['high detail', 'natural light']],
    ['a red fox', 'A majestic red fox in tall grass. Soft light', ['majestic', 'in tall grass', 'Soft light']],
    ['a red fox', 'A red fox', []],
    ['a cafe', 'the café', []],
    ['猫', '一只戴帽子的猫，柔和的光线', ['一只戴帽子的', '柔和的光线']],
    ['', 'a red fox', ['a red fox']],
  ])('tells what is new after %j in %j', (original, rewritten, phrases) => {
    expect(addedPhrases(original, rewritten)).toEqual(phrases);
  });

  it('finds nothing new in the same, and only what stands in the new one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(addedPhrases(one, one)).toEqual([]);
        for (const phrase of addedPhrases(one, other)) expect(other).toContain(phrase);
      }),
    );
  });
});
