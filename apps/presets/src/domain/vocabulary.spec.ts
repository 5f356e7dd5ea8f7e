import fc from 'fast-check';
import { prefixEditDistance } from '../../test/prefix-edit-distance.js';
import { Vocabulary } from './vocabulary.js';

const letters = (min: number, max: number) =>
  fc.array(fc.constantFrom('a', 'b', 'c', 'é'), { minLength: min, maxLength: max }).map((list) => list.join(''));

it('finds the words that comparing each letter by letter finds, with as many typos', () => {
  fc.assert(
    fc.property(fc.uniqueArray(letters(1, 12), { maxLength: 60 }), letters(4, 10), (words, typed) => {
      const vocabulary = new Vocabulary(words);
      const limit = typed.length < 8 ? 1 : 2;
      const expected = vocabulary.words
        .map((word) => ({ word, edits: prefixEditDistance(typed, word, limit) }))
        .filter(({ word, edits }) => edits <= limit && typed.slice(0, 2).includes(word.charAt(0)));
      const found = vocabulary.similar(typed).map(({ word, edits }) => ({ word: vocabulary.words[word], edits }));
      const byWord = (a: { word?: string | undefined }, b: { word?: string | undefined }): number =>
        (a.word ?? '') < (b.word ?? '') ? -1 : 1;
      expect(found.sort(byWord)).toEqual(expected.sort(byWord));
    }),
    { numRuns: 500 },
  );
});

it('takes short words and very long ones as they are', () => {
  const vocabulary = new Vocabulary(['cat', 'x'.repeat(40)]);
  expect([vocabulary.similar('cta'), vocabulary.similar('x'.repeat(39)), vocabulary.similar('')]).toEqual([[], [], []]);
});
