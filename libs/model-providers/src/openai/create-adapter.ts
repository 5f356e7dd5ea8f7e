import OpenAI from 'openai';
import type { ProviderAdapter, ProviderImage, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { toProviderError } from './map-error.js';
import { type ImageTokenPrices, toJob } from './parse-output.js';

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
        return toJob(await requestImages(client, request), options.tokenPrices?.(request.modelId));
      });
    },
  };
}

function requestImages(client: OpenAI, request: ProviderRequest): Promise<unknown> {
  const { image = [], mask = [] } = request.images;
  // The catalogue has mapped the parameters to the model's own schema, which the provider checks again.
  const input = { ...request.input, model: request.modelId } as OpenAI.ImageGenerateParamsNonStreaming;
  if (image.length === 0) return client.images.generate(input);
  return client.images.edit({
    ...(input as object as OpenAI.ImageEditParamsNonStreaming),
    image: image.map(toFile),
    ...(mask[0] === undefined ? {} : { mask: toFile(mask[0]) }),
  });
}

function toFile({ bytes, contentType }: ProviderImage): File {
  return new File([new Uint8Array(bytes)], `input.${contentType.split('/')[1]}`, { type: contentType });
}
