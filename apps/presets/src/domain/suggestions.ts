import { presetsErrors } from '../presets.errors.js';
import type { RankedSuggestion, Suggestion } from './suggestion.js';
import { SuggestionIndex } from './suggestion-index.js';

const defaultLimit = 10;
const largestLimit = 50;
const longestQuery = 2_000;

/** The built-in phrases. */
export class Suggestions {
  private readonly index: SuggestionIndex;

  constructor(private readonly suggestions: readonly Suggestion[]) {
    this.index = new SuggestionIndex(suggestions);
  }

  /** Completes what was typed; nothing for nothing. A limit of 0 is the default, 10. @throws AUTOCOMPLETE_INVALID */
  autocomplete(query: string, limit: number): RankedSuggestion[] {
    const violations = [
      ...(query.length <= longestQuery
        ? []
        : [{ field: 'query', message: `must have at most ${longestQuery} characters` }]),
      ...(limit >= 0 && limit <= largestLimit ? [] : [{ field: 'limit', message: `must be 1 to ${largestLimit}` }]),
    ];
    if (violations.length > 0) throw presetsErrors.AUTOCOMPLETE_INVALID({ violations });
    return this.index.search(query, limit || defaultLimit);
  }

  /** In catalogue order; all categories when none is named. @throws SUGGESTION_CATEGORY_NOT_FOUND */
  list(category: string): readonly Suggestion[] {
    if (category === '') return this.suggestions;
    const found = this.suggestions.filter((suggestion) => suggestion.category === category);
    if (found.length === 0) throw presetsErrors.SUGGESTION_CATEGORY_NOT_FOUND();
    return found;
  }
}
