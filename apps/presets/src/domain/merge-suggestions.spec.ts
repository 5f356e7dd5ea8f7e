import fc from 'fast-check';
import { mergeSuggestions } from './merge-suggestions.js';
import type { MatchType, RankedSuggestion } from './suggestion.js';

const made = (text: string, matchType: MatchType, score: number, own = false): RankedSuggestion => ({
  text,
  matchType,
  score,
  category: own ? 'history' : 'styles',
  description: '-',
});

it('puts own prompts before what the catalogue finds in the same way, and never before a better way', () => {
  const own = [made('a fox', 'word', 0.56, true)];
  const catalogue = [made('a', 'prefix', 0.81), made('b a', 'word', 0.7)];
  expect(mergeSuggestions(own, catalogue, 10).map(({ text, score }) => [text, score])).toEqual([
    ['a', 0.81],
    ['a fox', 0.7],
    ['b a', 0.7],
  ]);
});

it('shows a text once, the own one first', () => {
  const merged = mergeSuggestions(
    [made('Oil painting!', 'prefix', 0.8, true)],
    [made('oil painting', 'prefix', 1)],
    10,
  );
  expect(merged.map(({ text }) => text)).toEqual(['Oil painting!']);
});

it('leaves half of the answer to the catalogue, within the limit, best score first', () => {
  const many = (own: boolean) =>
    fc
      .array(fc.record({ text: fc.string(), score: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 30 })
      .map((list) => list.map(({ text, score }) => made(`${own} ${text}`, 'word', score, own)));
  fc.assert(
    fc.property(many(true), many(false), fc.integer({ min: 1, max: 20 }), (own, catalogue, limit) => {
      const merged = mergeSuggestions(own, catalogue, limit);
      expect(merged.length).toBeLessThanOrEqual(limit);
      expect(merged.filter(({ category }) => category === 'history').length).toBeLessThanOrEqual(Math.ceil(limit / 2));
      if (own.length === 0) return;
      const scores = merged.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }),
  );
});
