import type { MatchType, RankedSuggestion } from './suggestion.js';
import { wordsOf } from './words.js';

const order: readonly MatchType[] = ['prefix', 'word', 'fuzzy', 'semantic'];

/**
 * Own prompts first among equals: before what the catalogue finds in the same way, and at most half of the answer.
 * Scores stay in order.
 */
export function mergeSuggestions(
  own: readonly RankedSuggestion[],
  catalogue: readonly RankedSuggestion[],
  limit: number,
): RankedSuggestion[] {
  if (own.length === 0) return catalogue.slice(0, limit);
  const all = [...own.slice(0, Math.ceil(limit / 2)), ...catalogue];
  const seen = new Set<string>();
  const merged = order
    .flatMap((type) => all.filter(({ matchType }) => matchType === type))
    .filter(({ text }) => {
      const same = wordsOf(text).join(' ');
      return !seen.has(same) && seen.add(same);
    })
    .slice(0, limit);
  let highest = 0;
  return merged
    .toReversed()
    .map((found) => ({ ...found, score: (highest = Math.max(highest, found.score)) }))
    .toReversed();
}
