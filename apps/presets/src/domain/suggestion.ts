/** Categories in the order in which they are shown. */
export const suggestionCategories = ['subjects', 'styles', 'lighting', 'camera', 'quality', 'mood', 'colors'] as const;

/** One of the seven. */
export type SuggestionCategory = (typeof suggestionCategories)[number];

/** A phrase that makes prompts better. */
export interface Suggestion {
  readonly text: string;
  readonly category: SuggestionCategory;
  /** One line. */
  readonly description: string;
}

/** How a query found a suggestion. */
export type MatchType = 'prefix' | 'word' | 'fuzzy';

/** A found suggestion; a higher score (0..1) is better, and every prefix beats every word, which beats every typo. */
export interface RankedSuggestion extends Suggestion {
  readonly matchType: MatchType;
  readonly score: number;
}
