import OpenAI from 'openai';
import type { ProviderAdapter, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { records } from './find-submitted.js';
import { toProviderError } from './map-error.js';
import { type ImageTokenPrices, toJob } from './parse-output.js';
import { prepareInput } from './prepare-input.js';

/** Access to OpenAI's image API; times in milliseconds. */
export interface OpenAiImageOptions {
  readonly apiKey: string;
  /** Ends in `/v1`; default https://api.openai.com/v1. */
  readonly baseUrl?: string;
  /** Replaces the connection; it must send one request per call. */
  readonly fetch?: HttpFetch;
  /** After which an unanswered request is given up; default 120,000. */
  readonly submitTimeoutMs?: number;
  /** Prices of models billed by tokens; without them the actual cost is not known. */
  readonly tokenPrices?: (modelId: string) => ImageTokenPrices | undefined;
  readonly now?: () => number;
}

/** OpenAI images through the SDK: edits when the request has images (`image`, `mask`), generations otherwise. Answers are complete at once. */
export function createOpenAiImageAdapter(options: OpenAiImageOptions): ProviderAdapter {
  const { apiKey, baseUrl = 'https://api.openai.com/v1', submitTimeoutMs = 120_000, now = Date.now } = options;
  return {
    provider: 'openai',
    records,

    submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
      const timeoutMs = Math.min(submitTimeoutMs, request.deadlineMs);
      const policy = {
        provider: 'openai',
        fetch: options.fetch ?? httpFetch,
        buys: true,
        timeoutMs,
        signal,
        refusalOf: (answer: Parameters<typeof toProviderError>[0]) => toProviderError(answer, true, now()),
      };
      return guardedCall(policy, async (sendOnce) => {
        // Without `Response` the SDK would spend the one request on finding out whether uploads work.
        const fetch = Object.assign(sendOnce, { Response });
        const client = new OpenAI({
          apiKey,
          baseURL: baseUrl,
          fetch,
          maxRetries: 0,
          timeout: timeoutMs,
          logLevel: 'off',
        });
        const { edit, generate } = prepareInput(request);
        const answer = await (edit ? client.images.edit(edit) : client.images.generate(generate));
        return toJob(answer, options.tokenPrices?.(request.modelId));
      });
    },
  };
}
