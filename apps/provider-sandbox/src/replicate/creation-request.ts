import type { FastifyRequest } from 'fastify';
import { assertFits } from './input-validation.js';
import { findByVersion, findModel } from './model-table.js';
import { inputSchemaOf } from './model-schema.js';
import { ReplicateProblem } from './replicate-problem.js';
import type { SandboxModel } from './sandbox-model.js';
import type { WebhookEvent } from './webhook-sender.js';

const MIN_CANCEL_AFTER_MS = 5_000;
const DEFAULT_WAIT_SECONDS = 60;

const commonProperties = {
  input: { type: 'object' },
  stream: { type: 'boolean' },
  webhook: { type: 'string' },
  webhook_events_filter: { type: 'array', items: { type: 'string', enum: ['start', 'output', 'logs', 'completed'] } },
};
const byModelSchema = {
  type: 'object',
  required: ['input'],
  additionalProperties: false,
  properties: commonProperties,
};
const byVersionSchema = {
  type: 'object',
  required: ['version', 'input'],
  additionalProperties: false,
  properties: { ...commonProperties, version: { type: 'string' } },
};

/** A checked request for a prediction. */
export interface CreationRequest {
  readonly model: SandboxModel;
  /** As sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** With the model's defaults. */
  readonly effectiveInput: Readonly<Record<string, unknown>>;
  readonly webhook?: { readonly url: string; readonly events: readonly WebhookEvent[] };
  /** From `Prefer: wait`; undefined when the caller does not wait. */
  readonly waitMs?: number;
  /** From `Cancel-After`. */
  readonly cancelAfterMs?: number;
}

interface Body {
  readonly version?: string;
  readonly input: Record<string, unknown>;
  readonly webhook?: string;
  readonly webhook_events_filter?: WebhookEvent[];
}

/** Checks a request to create a prediction; throws `ReplicateProblem` (404 unknown model, 422 anything else). */
export function readCreationRequest(request: FastifyRequest): CreationRequest {
  const byName = modelNameOf(request);
  assertFits(request, byName === undefined ? byVersionSchema : byModelSchema, request.body ?? {}, '');
  const body = request.body as Body;
  const model = chooseModel(byName, body.version);
  const effectiveInput = structuredClone(body.input);
  assertFits(request, inputSchemaOf(model), effectiveInput, 'input');
  return {
    model,
    input: body.input,
    effectiveInput,
    ...readWebhook(body),
    ...readPrefer(request.headers.prefer),
    ...readCancelAfter(request.headers['cancel-after']),
  };
}

/** `owner/name` of the model that a creation addresses, from the path or the body; undefined when it can't be told. */
export function addressedModel(request: FastifyRequest): string | undefined {
  const byName = modelNameOf(request);
  if (byName !== undefined) return byName;
  const { body } = request;
  const version = body !== null && typeof body === 'object' && 'version' in body ? body.version : undefined;
  return typeof version === 'string' ? findByVersion(version)?.id : undefined;
}

function modelNameOf({ params }: FastifyRequest): string | undefined {
  if (params === null || typeof params !== 'object' || !('owner' in params) || !('name' in params)) return undefined;
  return `${String(params.owner)}/${String(params.name)}`;
}

function chooseModel(name: string | undefined, version: string | undefined): SandboxModel {
  if (name === undefined) {
    const model = findByVersion(version ?? '');
    if (!model) throw ReplicateProblem.unknownVersion();
    return model;
  }
  const model = findModel(name);
  if (!model?.isOfficial) throw ReplicateProblem.notFound();
  return model;
}

function readWebhook({ webhook, webhook_events_filter: filter }: Body): Pick<CreationRequest, 'webhook'> {
  if (webhook === undefined) return {};
  if (!URL.canParse(webhook))
    throw ReplicateProblem.invalid([{ type: 'format', field: 'webhook', description: 'Does not match format uri' }]);
  return { webhook: { url: webhook, events: filter ?? ['output', 'completed'] } };
}

function readPrefer(header: string | string[] | undefined): Pick<CreationRequest, 'waitMs'> {
  const match = /^wait(?:=(\d{1,2}))?$/.exec(String(header ?? '').trim());
  if (!match) return {};
  const seconds = match[1] === undefined ? DEFAULT_WAIT_SECONDS : Number(match[1]);
  return { waitMs: Math.min(60, Math.max(1, seconds)) * 1000 };
}

/** `30`, `90s`, `5m`, `1h30m45s`; at least five seconds. */
function readCancelAfter(header: string | string[] | undefined): Pick<CreationRequest, 'cancelAfterMs'> {
  if (header === undefined) return {};
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(String(header));
  const [hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const cancelAfterMs = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (!match || cancelAfterMs < MIN_CANCEL_AFTER_MS)
    throw new ReplicateProblem(
      422,
      'Cancel-After must be a duration of at least 5 seconds',
      'Invalid Cancel-After header',
    );
  return { cancelAfterMs };
}
