import Replicate from 'replicate';
import type { ProviderAdapter, ProviderImage, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';
import { type CallPolicy, guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { toProviderError } from './map-error.js';
import { PREDICTION_ID, toJob } from './parse-output.js';

/** Access to Replicate's HTTP API; times in milliseconds. */
export interface ReplicateOptions {
  readonly apiToken: string;
  /** Ends in `/v1`; default https://api.replicate.com/v1. */
  readonly baseUrl?: string;
  /** Replaces the connection; it must send one request per call. */
  readonly fetch?: HttpFetch;
  /** After which an unanswered creation is given up; default 120,000. */
  readonly submitTimeoutMs?: number;
  /** For everything that buys nothing; default 30,000. */
  readonly lookupTimeoutMs?: number;
  readonly now?: () => number;
}

/** Above this Replicate wants a URL instead of a data URL. */
const MAX_DATA_URL_BYTES = 256 * 1024;
const MIN_CANCEL_AFTER_S = 5;

/** Replicate through its SDK, one request per call: predictions are created, looked up and cancelled, never waited for. */
export function createReplicateAdapter(options: ReplicateOptions): ProviderAdapter {
  const { apiToken, baseUrl = 'https://api.replicate.com/v1', lookupTimeoutMs = 30_000, now = Date.now } = options;
  const access = { apiToken, baseUrl };

  const call = <T>(
    policy: Pick<CallPolicy, 'buys' | 'timeoutMs' | 'signal' | 'headers'>,
    action: (client: Replicate) => Promise<T>,
  ): Promise<T> =>
    guardedCall(
      {
        ...policy,
        provider: 'replicate',
        fetch: options.fetch ?? httpFetch,
        refusalOf: (answer) => toProviderError(answer, policy.buys, now()),
      },
      // A client per call: the SDK repeats whatever its fetch rejects with up to five times.
      (fetch) => action(new Replicate({ auth: apiToken, baseUrl, fetch, useFileOutput: false })),
    );
  const lookup = (signal: AbortSignal) => ({ buys: false, timeoutMs: lookupTimeoutMs, signal });

  async function imageInput(images: readonly ProviderImage[], signal: AbortSignal): Promise<string | string[]> {
    const texts = await Promise.all(images.map((image) => toUrl(image, signal)));
    return texts.length === 1 && texts[0] !== undefined ? texts[0] : texts;
  }

  async function toUrl({ bytes, contentType }: ProviderImage, signal: AbortSignal): Promise<string> {
    const dataUrl = `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
    if (dataUrl.length <= MAX_DATA_URL_BYTES) return dataUrl;
    const file = new File([new Uint8Array(bytes)], `input.${contentType.split('/')[1]}`, { type: contentType });
    return call(lookup(signal), async (client) => (await client.files.create(file)).urls.get);
  }

  return {
    provider: 'replicate',

    async submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
      const entries = Object.entries(request.images).filter(([, images]) => images.length > 0);
      const images = await Promise.all(entries.map(async ([field, list]) => [field, await imageInput(list, signal)]));
      const seconds = Math.max(MIN_CANCEL_AFTER_S, Math.ceil(request.deadlineMs / 1000));
      return call(
        {
          buys: true,
          timeoutMs: Math.min(options.submitTimeoutMs ?? 120_000, request.deadlineMs),
          signal,
          headers: { 'cancel-after': `${seconds}s` },
        },
        async (client) => {
          const target = request.version === undefined ? { model: request.modelId } : { version: request.version };
          const prediction = await client.predictions.create({
            ...target,
            input: { ...request.input, ...Object.fromEntries(images) },
            ...(request.webhookUrl === undefined
              ? {}
              : { webhook: request.webhookUrl, webhook_events_filter: ['completed'] }),
          });
          return toJob(prediction, access);
        },
      );
    },

    async get(jobId, signal) {
      assertPredictionId(jobId);
      return call(lookup(signal), async (client) => toJob(await client.predictions.get(jobId), access));
    },

    async cancel(jobId, signal) {
      assertPredictionId(jobId);
      await call(lookup(signal), (client) => client.predictions.cancel(jobId));
    },
  };
}

function assertPredictionId(jobId: string): void {
  if (!PREDICTION_ID.test(jobId)) throw new ProviderError('rejected', 'replicate', 'This is no prediction id.');
}
