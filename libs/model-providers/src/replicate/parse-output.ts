import { isHostAllowed, parseDataUrl } from '@atelier/safe-fetch';
import { z } from 'zod';
import type { ProviderJob, ProviderJobState, ProviderOutput } from '../provider-adapter.js';
import { isContentPolicy } from './map-error.js';

/** Ids become parts of paths. */
export const PREDICTION_ID = /^[A-Za-z0-9_-]{1,128}$/;

const predictionSchema = z.object({
  id: z.string().regex(PREDICTION_ID),
  // A state that does not exist today is taken for work going on; the job's deadline bounds it.
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted']).catch('processing'),
  output: z.unknown(),
  error: z.unknown(),
  logs: z.string().nullish(),
  data_removed: z.boolean().nullish(),
});

type Prediction = z.infer<typeof predictionSchema>;

/** What reading outputs needs: their files want the token, and no other host may get it. */
export interface OutputAccess {
  readonly apiToken: string;
  readonly baseUrl: string;
}

const OUTPUT_HOSTS = ['replicate.delivery'];
const MAX_DATA_URL_BYTES = 100 * 1024 * 1024;

/** Reads a prediction; throws when it is none. */
export async function toJob(answer: unknown, access: OutputAccess): Promise<ProviderJob> {
  const prediction = predictionSchema.parse(answer);
  const outputs = await Promise.all(textsIn(prediction.output).map((text) => toOutput(text, access)));
  const failure = failureOf(prediction, outputs);
  const progress = progressOf(prediction);
  return {
    id: prediction.id,
    state: failure === undefined ? stateOf(prediction) : 'failed',
    ...(progress === undefined ? {} : { progress }),
    outputs: failure === undefined ? outputs : [],
    ...(failure === undefined ? {} : { failure }),
  };
}

function stateOf({ status }: Prediction): ProviderJobState {
  // `aborted`: cancelled before it started.
  return status === 'canceled' || status === 'aborted' ? 'cancelled' : status;
}

function failureOf(prediction: Prediction, outputs: readonly ProviderOutput[]): ProviderJob['failure'] {
  if (prediction.status === 'succeeded' && outputs.length === 0) {
    const removed = prediction.data_removed === true;
    return {
      kind: 'provider_error',
      message: removed ? 'The output was removed before it was read.' : 'The prediction succeeded without an output.',
    };
  }
  if (prediction.status !== 'failed') return undefined;
  const text =
    typeof prediction.error === 'string' ? prediction.error : JSON.stringify(prediction.error ?? 'no reason');
  return { kind: isContentPolicy(text) ? 'content_policy' : 'provider_error', message: text.slice(0, 500) };
}

/** Models print `76%|███…| 38/50` or `Progress: 76%`; the last percentage counts. */
function progressOf({ status, logs }: Prediction): number | undefined {
  if (status === 'succeeded') return 100;
  if (status !== 'processing') return undefined;
  const told = [...(logs ?? '').slice(-4_000).matchAll(/(?<![\d.])(\d{1,3})(?:\.\d+)?\s?%/g)].at(-1)?.[1];
  return told === undefined || Number(told) > 100 ? undefined : Number(told);
}

/** Most models answer a URL, some a list, a few an object with URLs among other texts. */
function textsIn(output: unknown): string[] {
  if (typeof output === 'string') return /^(https?:\/\/|data:)/.test(output) ? [output] : [];
  return typeof output === 'object' && output !== null ? Object.values(output).flatMap(textsIn) : [];
}

async function toOutput(text: string, access: OutputAccess): Promise<ProviderOutput> {
  if (text.startsWith('data:')) return { kind: 'bytes', ...(await parseDataUrl(text, MAX_DATA_URL_BYTES)) };
  const url = new URL(text);
  const isProviders = isHostAllowed(url.hostname, OUTPUT_HOSTS) && url.protocol === 'https:';
  const isConfigured = url.origin === new URL(access.baseUrl).origin;
  if (!isProviders && !isConfigured) return { kind: 'url', url: text };
  return { kind: 'url', url: text, headers: { authorization: `Bearer ${access.apiToken}` } };
}
