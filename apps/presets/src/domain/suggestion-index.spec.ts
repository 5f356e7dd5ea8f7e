import fc from 'fast-check';
import { loadBuiltInSuggestions } from '../infra/built-in-data.js';
import { SuggestionIndex } from './suggestion-index.js';

const suggestions = loadBuiltInSuggestions();
const index = new SuggestionIndex(suggestions);
const found = (query: string, limit = 10): string[] =>
  index.search(query, limit).map(({ text, matchType }) => `${matchType}: ${text}`);

it('completes what begins with the query first', () => {
  expect(found('portrait')[0]).toBe('prefix: portrait of a woman');
  expect(found('GOLDEN  h')[0]).toBe('prefix: golden hour lighting');
});

it('finds words inside after beginnings', () => {
  expect(found('light')).toEqual(
    expect.arrayContaining(['word: golden hour lighting', 'word: dramatic lighting', 'word: neon lights']),
  );
  expect(found('lens macro')[0]).toBe('word: macro lens');
  const types = index.search('d', 20).map(({ matchType }) => matchType);
  expect(types).toEqual([...types].sort((a, b) => Number(a === 'word') - Number(b === 'word')));
});

it.each([
  ['protrait', 'portrait of a woman'],
  ['waterclor', 'watercolor'],
  ['photorealsitic', 'photorealistic'],
  ['vloumetric lighting', 'volumetric lighting'],
  ['mysterius ambience', 'mysterious ambiance'],
])('forgives a typo: %s', (query, text) => {
  expect(found(query)).toContain(`fuzzy: ${text}`);
});

it('completes the end of a longer prompt', () => {
  expect(found('a red fox in the snow, golden ho')[0]).toBe('prefix: golden hour lighting');
});

it('finds nothing for nothing and for what no suggestion is like', () => {
  expect([found(''), found(' ,. '), found('xyzzy'), found('\u0000')]).toEqual([[], [], [], []]);
});

it('finds every suggestion by its own text, as the best', () => {
  for (const { text } of suggestions)
    expect(index.search(text, 1)).toMatchObject([{ text, matchType: 'prefix', score: 1 }]);
});

it('answers the same for the same query, best first, within the limit and without repeats', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('a', 'li', 'dra', 'color')),
      fc.integer({ min: 1, max: 50 }),
      (query, limit) => {
        const ranked = index.search(query, limit);
        expect(ranked).toEqual(new SuggestionIndex(suggestions).search(query, limit));
        expect(ranked.length).toBeLessThanOrEqual(limit);
        expect(new Set(ranked.map(({ text }) => text)).size).toBe(ranked.length);
        expect(ranked.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score).sort((a, b) => b - a));
        for (const { score } of ranked) expect(score > 0 && score <= 1).toBe(true);
      },
    ),
  );
});
