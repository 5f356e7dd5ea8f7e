import fc from 'fast-check';
import { loadBuiltInSuggestions } from '../infra/built-in-data.js';
import { randomPrompts } from './random-prompts.js';

const catalogue = loadBuiltInSuggestions();

it('makes the same different prompts from the same seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 50 }), (seed, count) => {
      const made = randomPrompts(catalogue, count, seed);
      expect(made).toEqual(randomPrompts(catalogue, count, seed));
      expect(new Set(made.map(({ prompt }) => prompt)).size).toBe(count);
    }),
    { numRuns: 50 },
  );
});

it('stays the same from version to version', () => {
  expect(randomPrompts(catalogue, 1, 7)).toMatchInlineSnapshot(`
[
  {
    "components": {
      "lighting": "moonlight",
      "quality": "intricate details",
      "style": "oil painting",
      "subject": "portrait of a woman",
    },
    "prompt": "portrait of a woman, oil painting, moonlight, intricate details",
  },
]
`);
});

it('ends when there are not so many', () => {
  const few = catalogue.filter(({ text }) =>
    ['oil painting', 'masterpiece', 'moonlight', 'neon lights'].includes(text),
  );
  const subject = { text: 'a fox', category: 'subjects', description: '-' } as const;
  expect(randomPrompts([subject, ...few], 50, 1)).toHaveLength(2);
  expect(randomPrompts([], 50, 1)).toEqual([]);
});
