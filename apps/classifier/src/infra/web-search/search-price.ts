import { type CatalogueModel, tokenCostMicros } from '@atelier/model-catalog';
import { mostOutputTokens, mostSearches } from './search-request.js';
import type { SearchUsage } from './search-response.js';

/** What searches cost, in micro-dollars. */
export interface SearchPrice {
  /** Upper estimate of one. */
  readonly estimateMicros: number;
  /** What one really cost. */
  costMicros(usage: SearchUsage): number;
}

/** What the search tool may put before the model, generously: about 10,000 tokens a search were seen. */
const mostInputTokens = 40_000;
/** For a model that the catalogue can't price: five cents, rather than nothing. */
const unknownCostMicros = 50_000;

/** The price of searching with a model of the catalogue; a flat one for any other. */
export function searchPrice(model: CatalogueModel | undefined): SearchPrice {
  if (model?.price.unit !== 'token' || model.price.webSearchMicros === undefined) {
    return { estimateMicros: unknownCostMicros, costMicros: () => unknownCostMicros };
  }
  const most = { inputTokens: mostInputTokens, outputTokens: mostOutputTokens, webSearches: mostSearches };
  return {
    estimateMicros: tokenCostMicros(model, most),
    costMicros: (usage) => tokenCostMicros(model, usage),
  };
}
