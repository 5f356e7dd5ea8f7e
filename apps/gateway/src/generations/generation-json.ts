import {
  type Attempt,
  AttemptState,
  CachePolicy,
  type Generation as WireGeneration,
  type GenerationError,
  GenerationEventType,
  type GenerationStep,
  GenerationState,
  Priority,
} from '@atelier/contracts/generation/v1';
import type { AssetLinks } from '../files/asset-links.js';
import { fromWireParameters } from '../http/generation-parameters.js';
import { dollars, iso } from '../http/json.js';
import { fromWireWorkflow } from '../http/workflow-name.js';
import type { CreateGeneration, Generation } from './generations.schema.js';

const statuses: Partial<Record<GenerationState, Generation['status']>> = {
  [GenerationState.GENERATION_STATE_QUEUED]: 'queued',
  [GenerationState.GENERATION_STATE_RUNNING]: 'running',
  [GenerationState.GENERATION_STATE_SUCCEEDED]: 'succeeded',
  [GenerationState.GENERATION_STATE_FAILED]: 'failed',
  [GenerationState.GENERATION_STATE_CANCELLED]: 'cancelled',
};

const outcomes: Partial<Record<AttemptState, Generation['attempts'][number]['outcome']>> = {
  [AttemptState.ATTEMPT_STATE_SUBMITTING]: 'submitting',
  [AttemptState.ATTEMPT_STATE_SUBMITTED]: 'submitted',
  [AttemptState.ATTEMPT_STATE_UNKNOWN]: 'unknown',
  [AttemptState.ATTEMPT_STATE_SUCCEEDED]: 'succeeded',
  [AttemptState.ATTEMPT_STATE_FAILED]: 'failed',
  [AttemptState.ATTEMPT_STATE_CANCELLED]: 'cancelled',
};

const eventNames: Partial<Record<GenerationEventType, string>> = {
  [GenerationEventType.GENERATION_EVENT_TYPE_QUEUED]: 'queued',
  [GenerationEventType.GENERATION_EVENT_TYPE_PROGRESS]: 'progress',
  [GenerationEventType.GENERATION_EVENT_TYPE_OUTPUT]: 'output',
  [GenerationEventType.GENERATION_EVENT_TYPE_SUCCEEDED]: 'succeeded',
  [GenerationEventType.GENERATION_EVENT_TYPE_FAILED]: 'failed',
  [GenerationEventType.GENERATION_EVENT_TYPE_CANCELLED]: 'cancelled',
};

const priorities = {
  low: Priority.PRIORITY_LOW,
  normal: Priority.PRIORITY_NORMAL,
  high: Priority.PRIORITY_HIGH,
} as const;

/** The wire's number of a priority; normal when not given. */
export function toWirePriority(priority: Generation['priority'] = 'normal'): Priority {
  return priorities[priority];
}

/** The wire's number of a cache policy; the default when not given. */
export function toWireCache(cache: CreateGeneration['cache']): CachePolicy {
  if (cache === 'allow') return CachePolicy.CACHE_POLICY_ALLOW;
  return cache === 'bypass' ? CachePolicy.CACHE_POLICY_BYPASS : CachePolicy.CACHE_POLICY_UNSPECIFIED;
}

/** The wire's number of a status; undefined for none. */
export function toWireState(status: Generation['status']): GenerationState {
  return GenerationState[`GENERATION_STATE_${status.toUpperCase()}` as keyof typeof GenerationState];
}

/** True when nothing more will happen. */
export function hasEnded(state: GenerationState): boolean {
  return state !== GenerationState.GENERATION_STATE_QUEUED && state !== GenerationState.GENERATION_STATE_RUNNING;
}

/** Name of an event in server-sent events and WebSocket messages. */
export function eventName(type: GenerationEventType): string {
  return eventNames[type] ?? 'progress';
}

/** A generation as REST has it. */
export function toGeneration(generation: WireGeneration, links: AssetLinks): Generation {
  const parameters = fromWireParameters(generation.parameters);
  return {
    id: generation.generationId,
    status: statuses[generation.state] ?? 'queued',
    progress: generation.progress,
    ...(generation.queuePosition > 0 ? { queue_position: generation.queuePosition } : {}),
    ...(generation.estimatedWaitMs === undefined
      ? {}
      : { estimated_wait_s: Math.ceil(generation.estimatedWaitMs / 1000) }),
    ...(generation.cachedFrom ? { cached_from: generation.cachedFrom } : {}),
    workflow_type: fromWireWorkflow(generation.workflow) ?? 'image_generation',
    provider: generation.provider,
    model_id: generation.modelId,
    prompt: generation.prompt,
    final_prompt: generation.finalPrompt,
    attempts: generation.attempts.map(toAttempt),
    parameters,
    seed: parameters.seed ?? null,
    outputs: generation.outputs.map((asset) => ({
      url: links.linkTo(asset.storageKey),
      content_type: asset.contentType,
      width: asset.width,
      height: asset.height,
      ...(asset.durationS > 0 ? { duration_s: asset.durationS } : {}),
      bytes: asset.sizeBytes,
      sha256: asset.sha256,
    })),
    cost: toCost(generation),
    timings: { queued_ms: generation.queuedMs, running_ms: generation.runningMs },
    ...(generation.error ? { error: toError(generation.error) } : {}),
    warnings: generation.warnings,
    priority: priorityName(generation.priority),
    ...(generation.parentId ? { parent_id: generation.parentId } : {}),
    ...(generation.nextId ? { next_id: generation.nextId } : {}),
    ...(generation.steps.length > 0 ? { steps: generation.steps.map(toStep) } : {}),
    ...(generation.sessionId ? { session_id: generation.sessionId } : {}),
    ...(generation.planRequestId ? { request_id: generation.planRequestId } : {}),
    created_at: iso(generation.createTime) ?? '',
    updated_at: iso(generation.updateTime) ?? '',
  };
}

function toStep(step: GenerationStep): NonNullable<Generation['steps']>[number] {
  return {
    generation_id: step.generationId,
    workflow_type: fromWireWorkflow(step.workflow) ?? 'image_generation',
    status: statuses[step.state] ?? 'queued',
    provider: step.provider,
    model_id: step.modelId,
    cost: toCost(step),
  };
}

function toCost({ estimatedCostMicros, actualCostMicros }: GenerationStep | WireGeneration): Generation['cost'] {
  return {
    estimated: dollars(estimatedCostMicros),
    actual: actualCostMicros === undefined ? null : dollars(actualCostMicros),
  };
}

function toAttempt(attempt: Attempt): Generation['attempts'][number] {
  return {
    provider: attempt.provider,
    model_id: attempt.modelId,
    started_at: iso(attempt.startTime),
    ended_at: iso(attempt.endTime),
    outcome: outcomes[attempt.state] ?? 'submitting',
    ...(attempt.error ? { error: toError(attempt.error) } : {}),
  };
}

function toError({ code, message, suggestions, alternatives }: GenerationError) {
  const others = alternatives.map(({ provider, modelId }) => ({ provider, model_id: modelId }));
  return { code, message, suggestions, ...(others.length > 0 ? { alternatives: others } : {}) };
}

/** The name of a wire priority. */
export function priorityName(priority: Priority): Generation['priority'] {
  if (priority === Priority.PRIORITY_LOW) return 'low';
  return priority === Priority.PRIORITY_HIGH ? 'high' : 'normal';
}
