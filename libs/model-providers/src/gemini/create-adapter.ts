import type { ProviderAdapter, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { records } from './find-submitted.js';
import { toProviderError } from './map-error.js';
import { toJob } from './parse-output.js';
import { prepareInput } from './prepare-input.js';

/** Access to a Gemini-style image API; times in milliseconds. */
export interface GeminiImageOptions {
  readonly apiKey: string;
  /** With its version: https://generativelanguage.googleapis.com/v1beta. */
  readonly baseUrl: string;
  /** Header that carries the key; `authorization` (the default) carries it as a bearer token, any other as it is. */
  readonly authHeader?: string;
  /** Sent where a request names no temperature, 0..2; without it the model decides. */
  readonly defaultTemperature?: number;
  /** Replaces the connection; it must send one request per call. */
  readonly fetch?: HttpFetch;
  /** After which an unanswered request is given up; default 120,000. */
  readonly submitTimeoutMs?: number;
  readonly now?: () => number;
}

/** Image generation and editing by `{baseUrl}/{model}:generateContent`. Answers are complete at once. */
export function createGeminiImageAdapter(options: GeminiImageOptions): ProviderAdapter {
  const { apiKey, authHeader = 'authorization', submitTimeoutMs = 120_000, now = Date.now } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const headers = {
    'content-type': 'application/json',
    [authHeader]: authHeader.toLowerCase() === 'authorization' ? `Bearer ${apiKey}` : apiKey,
  };
  return {
    provider: 'gemini',
    records,

    submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
      const policy = {
        provider: 'gemini',
        fetch: options.fetch ?? httpFetch,
        buys: true,
        timeoutMs: Math.min(submitTimeoutMs, request.deadlineMs),
        signal,
        refusalOf: (answer: Parameters<typeof toProviderError>[0]) => toProviderError(answer, true, now()),
      };
      return guardedCall(policy, async (fetch) => {
        const body = JSON.stringify(prepareInput(request, options.defaultTemperature));
        const answer = await fetch(`${baseUrl}/${request.modelId}:generateContent`, { method: 'POST', headers, body });
        return toJob(await answer.json());
      });
    },
  };
}
