import type { CatalogueModel } from './model-schema.js';
import { UnknownPriceError } from './unknown-price-error.js';

/** Tokens as a provider reports them in `usage`; cached input is part of the input. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens?: number;
  readonly inputImageTokens?: number;
  readonly outputTokens: number;
  /** Uses of the provider's web-search tool. */
  readonly webSearches?: number;
}

/**
 * What a token-priced call really cost, in micro-dollars, rounded up.
 * @throws UnknownPriceError when the model is not priced by tokens, or searched the web at an unknown price.
 */
export function tokenCostMicros(model: CatalogueModel, usage: TokenUsage): number {
  const { price } = model;
  const cached = usage.cachedInputTokens ?? 0;
  const images = usage.inputImageTokens ?? 0;
  if (price.unit === 'token') {
    const perMillion =
      (usage.inputTokens - cached) * price.inputMicrosPerMillion +
      cached * price.cachedInputMicrosPerMillion +
      usage.outputTokens * price.outputMicrosPerMillion;
    return Math.ceil(perMillion / 1_000_000) + searchFees(model.id, usage.webSearches ?? 0, price.webSearchMicros);
  }
  if (price.unit === 'image_token') {
    const perMillion =
      (usage.inputTokens - images) * price.textInputMicrosPerMillion +
      images * price.imageInputMicrosPerMillion +
      usage.outputTokens * price.imageOutputMicrosPerMillion;
    return Math.ceil(perMillion / 1_000_000);
  }
  throw new UnknownPriceError(model.id, 'it is not priced by tokens.');
}

function searchFees(modelId: string, searches: number, feeMicros: number | undefined): number {
  if (searches === 0) return 0;
  if (feeMicros === undefined) throw new UnknownPriceError(modelId, 'its web searches have no price.');
  return searches * feeMicros;
}
