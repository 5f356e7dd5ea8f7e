/** One page that was found. */
export interface WebSearchResult {
  title: string;
  /** http(s). */
  url: string;
  /** Empty when there is no picture. */
  imageUrl: string;
  snippet: string;
}

/** Results, best first, or why there are none. */
export interface WebSearchAnswer {
  results: readonly WebSearchResult[];
  outcome: 'searched' | 'off' | 'failed' | 'over_budget';
  cacheHit: boolean;
}

/** How to search. The signal carries the caller's deadline. */
export interface WebSearchOptions {
  bypassCache?: boolean;
  signal?: AbortSignal;
}

/** Looks things up for plans. It never fails: no results are an answer. */
export abstract class WebSearch {
  abstract search(query: string, options?: WebSearchOptions): Promise<WebSearchAnswer>;
}

/** While no search provider is configured. */
export class NoWebSearch extends WebSearch {
  override async search(): Promise<WebSearchAnswer> {
    return { results: [], outcome: 'off', cacheHit: false };
  }
}
