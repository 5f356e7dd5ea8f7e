import Replicate from 'replicate';
import { z } from 'zod';
import type { ProviderAdapter, ProviderJob, ProviderRequest } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';
import { type CallPolicy, guardedCall } from '../transport/guarded-call.js';
import { type HttpFetch, httpFetch } from '../transport/http-fetch.js';
import { findSubmitted, identifySubmitted, type ReadPage, toListPage } from './find-submitted.js';
import { toProviderError } from './map-error.js';
import { PREDICTION_ID, toJob } from './parse-output.js';
import { type FileDesk, prepareInput } from './prepare-input.js';

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

/** The shortest that Replicate takes. */
const MIN_CANCEL_AFTER_S = 5;

/** Ids become parts of paths. */
const uploadSchema = z.object({ id: z.string().regex(PREDICTION_ID), urls: z.object({ get: z.url() }) });
const secretSchema = z.object({ key: z.string().min(1) });

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

  const filesAt = (signal: AbortSignal): FileDesk => ({
    upload: (file) =>
      call(lookup(signal), async (client) => {
        const { id, urls } = uploadSchema.parse(await client.files.create(file));
        return { id, url: urls.get };
      }),
    // What is left behind for want of an answer expires at Replicate after a day.
    discard: async (ids) => {
      for (const id of ids) await forgiving(call(lookup(signal), (client) => client.files.delete(id)));
    },
  });

  const readPage =
    (signal: AbortSignal): ReadPage =>
    (params) =>
      call(lookup(signal), async (client) => toListPage(await client.request('/predictions', { params })));

  const prepare = (request: ProviderRequest, signal: AbortSignal) => prepareInput(request, filesAt(signal));

  return {
    provider: 'replicate',

    async submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
      const isReady = Object.keys(request.images).length === 0;
      const { input } = isReady ? request : (await prepare(request, signal)).request;
      const seconds = Math.max(MIN_CANCEL_AFTER_S, Math.ceil(request.deadlineMs / 1000));
      return call(
        {
          buys: true,
          timeoutMs: Math.min(options.submitTimeoutMs ?? 120_000, request.deadlineMs),
          signal,
          // Nobody waits longer than this, so Replicate stops by itself then: work that we lost sight of, or could not
          // cancel, does not go on costing. There is no `Prefer: wait`: a request that stays open while the model works
          // is one more chance to lose the answer that holds the id.
          headers: { 'cancel-after': `${seconds}s` },
        },
        async (client) => {
          const target = request.version === undefined ? { model: request.modelId } : { version: request.version };
          const prediction = await client.predictions.create({
            ...target,
            input,
            // Progress comes from polling: `output` and `logs` would come twice a second from every prediction.
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

    records: {
      prepare,
      findSubmitted: (query, signal) => findSubmitted(readPage(signal), query, now),

      async identify(jobId, query, signal) {
        assertPredictionId(jobId);
        return call(lookup(signal), async (client) => identifySubmitted(await client.predictions.get(jobId), query));
      },

      discard: (uploads, signal) => filesAt(signal).discard(uploads),

      webhookSecret: (signal) =>
        call(lookup(signal), async (client) => secretSchema.parse(await client.webhooks.default.secret.get()).key),
    },
  };
}

/** Deleting what is gone already has the wanted effect. */
async function forgiving(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ProviderError && error.options.status === 404)) throw error;
  }
}

function assertPredictionId(jobId: string): void {
  if (!PREDICTION_ID.test(jobId)) throw new ProviderError('rejected', 'replicate', 'This is no prediction id.');
}
