import { createHash } from 'node:crypto';
import type { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import { workflowFromWire } from '@atelier/contracts/workflow-names';
import {
  CachePolicy,
  type CreateGenerationRequest,
  type FirstStep,
  type ListGenerationsRequest,
} from '@atelier/contracts/generation/v1';
import type { FieldViolation } from '@atelier/errors';
import type { GenerationParameters } from '@atelier/model-catalog';
import { validate as isUuid } from 'uuid';
import type { WantedGeneration, WantedStep } from '../domain/accept-generation.js';
import type { ListQuery } from '../domain/ports.js';
import { generationErrors } from '../generation.errors.js';
import { priorityFromWire, statesFromWire } from './generation.js';

const longestPrompt = 40_000;
const mostImages = 16;

/** Checks the form of a request. Throws INVALID_GENERATION with every field that is wrong. */
export function wantedFromWire(request: CreateGenerationRequest, requestId: string): WantedGeneration {
  const { prompt, modelId, inputImages, mask, webhookUrl, idempotencyKey, origin } = request;
  const finalPrompt = request.finalPrompt === '' ? prompt : request.finalPrompt;
  const workflow = workflowFromWire(request.workflow);
  const violations: FieldViolation[] = [];
  const complain = (field: string, message: string): void => void violations.push({ field, message });
  if (prompt.trim() === '') complain('prompt', 'A prompt is needed.');
  if (Math.max(prompt.length, finalPrompt.length) > longestPrompt) complain('prompt', 'The prompt is too long.');
  if (!workflow) complain('workflow_type', 'A workflow is needed.');
  if (modelId === '') complain('model_id', 'A model is needed.');
  if (inputImages.length > mostImages) complain('input_images', `At most ${mostImages} images are taken.`);
  if (origin !== '' && !/^[a-z_]{1,40}$/.test(origin)) complain('origin', 'An origin is a word.');
  if (idempotencyKey.length > 255) complain('idempotency_key', 'An idempotency key has at most 255 characters.');
  const firstStep = request.firstStep && firstStepFromWire(request.firstStep, request, complain);
  if (!workflow || violations.length > 0) throw generationErrors.INVALID_GENERATION({ violations });
  const { sessionId, planRequestId, parentId, warnings, requestHash } = request;
  return {
    idempotencyKey,
    requestHash,
    requestId,
    prompt,
    finalPrompt,
    workflow,
    sessionId,
    planRequestId,
    parentId,
    webhookUrl,
    warnings,
    chain: [modelId, ...request.fallbackModels],
    parameters: parametersFromWire(request.parameters),
    priority: priorityFromWire(request.priority),
    cache: cacheFromWire(request.cache),
    ...(origin === '' ? {} : { origin }),
    ...(firstStep ? { firstStep } : {}),
    inputs: { kind: 'given', images: inputImages, mask },
  };
}

function firstStepFromWire(
  step: FirstStep,
  { prompt, parentId }: CreateGenerationRequest,
  complain: (field: string, message: string) => void,
): WantedStep | undefined {
  const { modelId, fallbackModels, parameters, warnings } = step;
  const finalPrompt = step.finalPrompt === '' ? prompt : step.finalPrompt;
  const workflow = workflowFromWire(step.workflow);
  if (finalPrompt.length > longestPrompt) complain('prompt', 'The prompt is too long.');
  if (!workflow) complain('workflow_type', 'A workflow is needed for each step.');
  if (modelId === '') complain('model_id', 'A model is needed for each step.');
  const chain = [modelId, ...fallbackModels];
  return workflow && { finalPrompt, workflow, chain, parameters: parametersFromWire(parameters), parentId, warnings };
}

function cacheFromWire(policy: CachePolicy): WantedGeneration['cache'] {
  if (policy === CachePolicy.CACHE_POLICY_ALLOW) return 'allow';
  return policy === CachePolicy.CACHE_POLICY_BYPASS ? 'bypass' : 'default';
}

/** The hash that a retry is recognised by. */
export function retryHash(generationId: string): string {
  return createHash('sha256').update(`retry\n${generationId}`).digest('hex');
}

/** Throws INVALID_GENERATION for a wrong page size or token. */
export function pageOfTokens(request: { readonly pageSize: number; readonly pageToken: string }) {
  const { pageSize, pageToken } = request;
  const beforeId = pageToken === '' ? undefined : Buffer.from(pageToken, 'base64url').toString();
  const violations: FieldViolation[] = [];
  if (pageSize < 0 || pageSize > 100) violations.push({ field: 'limit', message: 'The limit is 1 to 100.' });
  if (beforeId !== undefined && !isUuid(beforeId)) violations.push({ field: 'cursor', message: 'This is no cursor.' });
  if (violations.length > 0) {
    throw generationErrors.INVALID_GENERATION({ message: 'The list can not be read as it was asked for.', violations });
  }
  return { pageSize: pageSize === 0 ? 20 : pageSize, beforeId };
}

/** Throws INVALID_GENERATION for a wrong page size or token. */
export function listQueryFromWire(request: ListGenerationsRequest): Omit<ListQuery, 'ownerId'> {
  const { sessionId, parentId, origin, createdAfter, createdBefore } = request;
  return {
    ...pageOfTokens(request),
    states: statesFromWire(request.states),
    workflow: workflowFromWire(request.workflow),
    sessionId: sessionId === '' ? undefined : sessionId,
    parentId: parentId === '' ? undefined : parentId,
    origin,
    createdAfterMs: createdAfter?.getTime(),
    createdBeforeMs: createdBefore?.getTime(),
  };
}

/** The token of the page after `lastId`. */
export function pageTokenOf(lastId: string): string {
  return Buffer.from(lastId).toString('base64url');
}

/** What is absent on the wire is absent, not undefined: parameters are compared and stored as they are. */
function parametersFromWire(parameters: WireParameters | undefined): GenerationParameters {
  return Object.fromEntries(Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined));
}
