import { readFileSync, statSync } from 'node:fs';
import { loadBuiltInSuggestions } from '../infra/built-in-data.js';
import { loadWordMeanings } from '../infra/word-meanings-data.js';
import { SuggestionIndex } from './suggestion-index.js';
import { wordsOf } from './words.js';

interface Query {
  readonly query: string;
  readonly suggestion: string;
  /** Never looked at while the table and the threshold were chosen. */
  readonly held_out?: true;
}

const file = new URL('../../test/data/suggestion-queries.json', import.meta.url);
const queries: { related: Query[]; unrelated: Query[]; unrelated_later: Query[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);
const { related, unrelated, unrelated_later: unrelatedLater } = queries;
const suggestions = loadBuiltInSuggestions();
const index = new SuggestionIndex(suggestions, loadWordMeanings());
const missed = (asked: readonly Query[]) =>
  asked.filter(({ query, suggestion }) => !index.search(query, 5).some(({ text }) => text === suggestion));
const recall = (asked: readonly Query[]) => 1 - missed(asked).length / asked.length;

it('is measured by sixty queries that share no word with what they mean, of all categories', () => {
  expect([related.length, related.filter(({ held_out }) => held_out).length]).toEqual([60, 20]);
  const categories = new Set<string>();
  for (const { query, suggestion } of related) {
    const meant = suggestions.find(({ text }) => text === suggestion);
    categories.add(meant?.category ?? 'none');
    expect(wordsOf(query).filter((word) => wordsOf(suggestion).includes(word))).toEqual([]);
  }
  expect(categories).toEqual(new Set(suggestions.map(({ category }) => category)));
});

it('finds four of five among the first five by what they mean', () => {
  expect(recall(related)).toBeGreaterThanOrEqual(0.8);
});

it('finds seven of ten of those that nothing was chosen by', () => {
  expect(recall(related.filter(({ held_out }) => held_out))).toBeGreaterThanOrEqual(0.7);
});

it.each([...unrelated, ...unrelatedLater])('has no other word for $query', ({ query }) => {
  expect(index.search(query, 50).filter(({ matchType }) => matchType === 'semantic')).toEqual([]);
});

it('ships no more than three megabytes of meanings', () => {
  const size = (name: string): number => statSync(new URL(`../../data/${name}`, import.meta.url)).size;
  expect(size('word-meanings.bin') + size('word-meanings.txt')).toBeLessThan(3_000_000);
});
