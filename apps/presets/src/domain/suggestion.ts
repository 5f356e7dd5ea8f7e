/** Categories in the order in which they are shown. */
export const suggestionCategories = ['subjects', 'styles', 'lighting', 'camera', 'quality', 'mood', 'colors'] as const;

/** One of the seven. */
export type SuggestionCategory = (typeof suggestionCategories)[number];

/** A phrase that makes prompts better. */
export interface Suggestion {
  readonly text: string;
  /** `history` for what the caller asked for before. */
  readonly category: SuggestionCategory | 'history';
  /** One line. */
  readonly description: string;
}

/** How a query found a suggestion: the beginning of its text, of words in it, the same with typos, other words. */
export type MatchType = 'prefix' | 'word' | 'fuzzy' | 'semantic';

/** A found suggestion; a higher score (0..1) is better, and every prefix beats every word, that every typo, and so on. */
export interface RankedSuggestion extends Suggestion {
  readonly matchType: MatchType;
  readonly score: number;
}

/** Share of the score: each way of matching ends below the next better one. */
const shares: Readonly<Record<MatchType, { lowest: number; nearness: number; popularity: number }>> = {
  prefix: { lowest: 0.8, nearness: 0, popularity: 0.18 },
  word: { lowest: 0.55, nearness: 0, popularity: 0.22 },
  fuzzy: { lowest: 0.3, nearness: 0.16, popularity: 0.06 },
  semantic: { lowest: 0, nearness: 0.27, popularity: 0.01 },
};
/** What is left to order the unused: the share of the text that was typed. */
const coverageShare = 0.01;
/** Uses at which popularity is worth half of what it can be. */
const halfPopular = 20;

/** Score of a match by its kind, how near it is (0..1), how much the phrase is used, and how much of it was typed. */
export function scoreOf(type: MatchType, nearness: number, uses: number, typed: number, length: number): number {
  const { lowest, nearness: near, popularity } = shares[type];
  const coverage = length === 0 ? 0 : Math.min(1, typed / length);
  return lowest + near * nearness + popularity * (uses / (uses + halfPopular)) + coverageShare * coverage;
}
