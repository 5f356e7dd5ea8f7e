import type { WebSearchResult } from '../../domain/web-search.js';
import type { SearchUsage } from './search-response.js';

/**
 * Why a search brought nothing: `rejected` by the provider as our own mistake, `refused` by the model, an answer that is
 * `invalid`; the others may pass by themselves.
 */
export type SearchFailure = 'timeout' | 'unavailable' | 'quota' | 'rejected' | 'refused' | 'invalid';

/** What is known about the bill: what the provider reported, that nothing was charged, or nothing. */
export type SearchBill = SearchUsage | 'nothing' | 'unknown';

/** Results, best first, or why there are none: callers expect both. */
export type FoundPages =
  | { readonly ok: true; readonly results: readonly WebSearchResult[]; readonly bill: SearchBill }
  | { readonly ok: false; readonly failure: SearchFailure; readonly bill: SearchBill };

/** Someone who searches the web for money. It never throws. */
export interface SearchProvider {
  readonly name: string;
  /** What is paid for, as the model catalogue names it. */
  readonly modelId: string;
  /** The provider's own time limit holds beside the signal. */
  find(query: string, signal?: AbortSignal): Promise<FoundPages>;
}
