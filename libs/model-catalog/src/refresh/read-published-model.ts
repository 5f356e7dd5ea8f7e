import { z } from 'zod';
import type { JsonSchema } from '../native-input.js';

/** What Replicate publishes about a model. */
export interface PublishedModel {
  /** Id of the latest version, 64 hexadecimal digits. */
  readonly version: string;
  /** OpenAPI schemas of that version by name; `Input` is what it takes. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** Access to Replicate's API. */
export interface PublisherAccess {
  readonly token: string;
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
}

/** Replicate does not publish the model, or not in a form that can be read; `message` says which. */
export class NotPublishedError extends Error {
  override readonly name = 'NotPublishedError';
}

const timeoutMs = 30_000;
const answerSchema = z.object({
  latest_version: z.object({
    id: z.string().regex(/^[0-9a-f]{64}$/),
    openapi_schema: z.object({
      components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    }),
  }),
});

/** Reads `GET /models/{owner}/{name}`. @throws NotPublishedError; everything else means that Replicate can't be asked at all. */
export async function readPublishedModel(access: PublisherAccess, modelId: string): Promise<PublishedModel> {
  const response = await access.fetch(`${access.baseUrl.replace(/\/+$/, '')}/models/${modelId}`, {
    headers: { authorization: `Bearer ${access.token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status === 404) throw new NotPublishedError('Replicate does not know this model.');
  if (!response.ok) throw new Error(`Replicate answered ${response.status} to the request for ${modelId}.`);
  const parsed = answerSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success || !parsed.data.latest_version.openapi_schema.components.schemas['Input']) {
    throw new NotPublishedError('Replicate publishes no input schema of its latest version.');
  }
  const { id, openapi_schema: document } = parsed.data.latest_version;
  return { version: id, schemas: document.components.schemas };
}
