import { SearchWebResponse, WebSearchOutcome, WebSearchResult } from '@atelier/contracts/classifier/v1';
import type { WebSearchAnswer } from './domain/web-search.js';

const outcomes = {
  searched: WebSearchOutcome.WEB_SEARCH_OUTCOME_SEARCHED,
  off: WebSearchOutcome.WEB_SEARCH_OUTCOME_OFF,
  failed: WebSearchOutcome.WEB_SEARCH_OUTCOME_FAILED,
  over_budget: WebSearchOutcome.WEB_SEARCH_OUTCOME_OVER_BUDGET,
} as const;

/** A search answer as the contract has it. */
export function toWireSearch({ results, outcome, cacheHit }: WebSearchAnswer): SearchWebResponse {
  return SearchWebResponse.create({
    results: results.map((result) => WebSearchResult.create(result)),
    outcome: outcomes[outcome],
    cacheHit,
  });
}
