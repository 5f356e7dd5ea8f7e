import OpenAI, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  BadRequestError,
} from 'openai';
import { boundedFetch } from './bounded-fetch.js';
import type { FoundPages, SearchFailure, SearchProvider } from './search-provider.js';
import { searchRequest } from './search-request.js';
import { readSearchResponse } from './search-response.js';
import { verifyResults } from './verify-results.js';

/** How to reach the Responses API. */
export interface OpenAiSearchOptions {
  readonly apiKey: string;
  /** Ends in `/v1`; the official one when unset. */
  readonly baseUrl?: string | undefined;
  readonly model: string;
  readonly reasoningEffort?: string | undefined;
  /** Longest time of one search. */
  readonly timeoutMs: number;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const maxResponseBytes = 2 * 1024 * 1024;
/** Errors of a connection that was never made. */
const notConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Searches with the web-search tool of the OpenAI Responses API. A search is bought once: nothing is sent again. */
export class OpenAiSearchProvider implements SearchProvider {
  readonly name = 'openai';
  readonly modelId: string;
  readonly #client: OpenAI;
  readonly #options: OpenAiSearchOptions;
  #pictures = true;

  constructor(options: OpenAiSearchOptions) {
    this.#options = options;
    this.modelId = options.model;
    this.#client = new OpenAI({
      apiKey: options.apiKey,
      maxRetries: 0,
      timeout: options.timeoutMs,
      // The key goes nowhere else.
      fetchOptions: { redirect: 'manual' },
      fetch: boundedFetch(options.fetch ?? globalThis.fetch, maxResponseBytes),
      ...(options.baseUrl ? { baseURL: options.baseUrl } : {}),
    });
  }

  async find(query: string, signal?: AbortSignal): Promise<FoundPages> {
    const own = AbortSignal.timeout(this.#options.timeoutMs);
    const end = signal ? AbortSignal.any([own, signal]) : own;
    try {
      return readFound(await this.#ask(query, end));
    } catch (error) {
      return { ok: false, ...failureOf(error, end) };
    }
  }

  async #ask(query: string, signal: AbortSignal): Promise<unknown> {
    const { model, reasoningEffort } = this.#options;
    const ask = (pictures: boolean): Promise<unknown> =>
      this.#client.responses.create(searchRequest(query, { model, reasoningEffort, pictures }), { signal });
    if (!this.#pictures) return ask(false);
    try {
      return await ask(true);
    } catch (error) {
      if (!(error instanceof BadRequestError)) throw error;
      // A refused request costs nothing; models and compatible servers that know no picture search refuse it.
      const answer = await ask(false);
      this.#pictures = false;
      return answer;
    }
  }
}

function readFound(value: unknown): FoundPages {
  const response = readSearchResponse(value);
  if (!response) return { ok: false, failure: 'invalid', bill: 'unknown' };
  const bill = response.usage ?? 'unknown';
  if (response.isRefused) return { ok: false, failure: 'refused', bill };
  if (!response.isComplete || !response.claims) return { ok: false, failure: 'invalid', bill };
  return { ok: true, results: verifyResults(response.claims, response.evidence), bill };
}

function failureOf(error: unknown, signal: AbortSignal): { failure: SearchFailure; bill: 'nothing' | 'unknown' } {
  if (signal.aborted || error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError) {
    return { failure: 'timeout', bill: 'unknown' };
  }
  if (error instanceof APIConnectionError) {
    return { failure: 'unavailable', bill: isNotConnected(error) ? 'nothing' : 'unknown' };
  }
  const status: unknown = error instanceof APIError ? error.status : undefined;
  if (typeof status !== 'number') return { failure: 'invalid', bill: 'unknown' };
  if (status >= 500) return { failure: 'unavailable', bill: 'unknown' };
  // Nothing that was refused is charged.
  if (error instanceof APIError && error.code === 'insufficient_quota') return { failure: 'quota', bill: 'nothing' };
  return { failure: status === 408 || status === 429 ? 'unavailable' : 'rejected', bill: 'nothing' };
}

function isNotConnected(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  return notConnected.has(String(code)) || (cause !== undefined && isNotConnected(cause));
}
