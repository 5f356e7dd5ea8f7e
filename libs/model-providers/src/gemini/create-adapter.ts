import { z } from 'zod';
import type { ProviderAdapter, ProviderImage, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { toProviderError } from './map-error.js';
import { toJob } from './parse-output.js';

/** Access to a Gemini-style image API; times in milliseconds. */
export interface GeminiImageOptions {
  readonly apiKey: string;
  /** With its version: https://generativelanguage.googleapis.com/v1beta. */
  readonly baseUrl: string;
  /** Header that carries the key; `authorization` (the default) carries it as a bearer token, any other as it is. */
  readonly authHeader?: string;
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
        const body = JSON.stringify(withImages(request.input, Object.values(request.images).flat()));
        const answer = await fetch(`${baseUrl}/${request.modelId}:generateContent`, { method: 'POST', headers, body });
        return toJob(await answer.json());
      });
    },
  };
}

const inputSchema = z.looseObject({
  contents: z.array(z.looseObject({ parts: z.array(z.unknown()).default([]) })).default([]),
});

/** Images are parts of the message beside its text, whatever field the catalogue names. */
function withImages(input: ProviderRequest['input'], images: readonly ProviderImage[]): unknown {
  const { contents, ...rest } = inputSchema.parse(input);
  const [message = { role: 'user', parts: [] }, ...others] = contents;
  const added = images.map(({ bytes, contentType }) => ({
    inlineData: { mimeType: contentType, data: Buffer.from(bytes).toString('base64') },
  }));
  return { ...rest, contents: [{ ...message, parts: [...message.parts, ...added] }, ...others] };
}
