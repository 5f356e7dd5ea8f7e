import type { ProviderFailureKind } from '../provider-error.js';

/** What is known of a refusal besides its status. */
export interface RefusalContext {
  /** The call would have cost money. */
  readonly buys: boolean;
  /** The body is the provider's own error, not a proxy's on the way. */
  readonly inProvidersWords: boolean;
}

/**
 * Failure kind of a status that is no success. A 5xx leaves open whether the work was accepted, but for a 503 that the
 * provider itself words: it took nothing. (A proxy's 503 can also mean that the connection broke after sending.)
 */
export function kindOfStatus(status: number, { buys, inProvidersWords }: RefusalContext): ProviderFailureKind {
  if (status === 402) return 'insufficient_credit';
  if (status === 408) return 'not_bought';
  if (status === 429) return 'rate_limited';
  if (buys && (status === 404 || status === 410)) return 'model_unavailable';
  if (status < 500) return 'rejected';
  return buys && !(status === 503 && inProvidersWords) ? 'unknown' : 'not_bought';
}
