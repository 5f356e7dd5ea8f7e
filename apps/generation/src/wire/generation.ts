import {
  Asset as WireAsset,
  Attempt as WireAttempt,
  AttemptState as WireAttemptState,
  Generation as WireGeneration,
  GenerationError,
  GenerationEventType as WireEventType,
  type GenerationStep,
  GenerationState as WireState,
  Priority as WirePriority,
  WatchGenerationResponse,
} from '@atelier/contracts/generation/v1';
import { GenerationParameters } from '@atelier/contracts/creative/v1';
import { workflowToWire } from '@atelier/contracts/workflow-names';
import type { Asset } from '../domain/asset.js';
import type { Failure } from '../domain/failure.js';
import {
  type Attempt,
  type Generation,
  type GenerationEvent,
  type GenerationState,
  hasEnded,
  type InputImage,
  type PreviousStep,
  type Priority,
} from '../domain/generation.js';
import { estimateWaitMs } from '../domain/queue-wait.js';

const states = {
  queued: WireState.GENERATION_STATE_QUEUED,
  running: WireState.GENERATION_STATE_RUNNING,
  succeeded: WireState.GENERATION_STATE_SUCCEEDED,
  failed: WireState.GENERATION_STATE_FAILED,
  cancelled: WireState.GENERATION_STATE_CANCELLED,
} as const;

const attemptStates = {
  submitting: WireAttemptState.ATTEMPT_STATE_SUBMITTING,
  submitted: WireAttemptState.ATTEMPT_STATE_SUBMITTED,
  unknown: WireAttemptState.ATTEMPT_STATE_UNKNOWN,
  succeeded: WireAttemptState.ATTEMPT_STATE_SUCCEEDED,
  failed: WireAttemptState.ATTEMPT_STATE_FAILED,
  cancelled: WireAttemptState.ATTEMPT_STATE_CANCELLED,
} as const;

const eventTypes = {
  queued: WireEventType.GENERATION_EVENT_TYPE_QUEUED,
  progress: WireEventType.GENERATION_EVENT_TYPE_PROGRESS,
  output: WireEventType.GENERATION_EVENT_TYPE_OUTPUT,
  succeeded: WireEventType.GENERATION_EVENT_TYPE_SUCCEEDED,
  failed: WireEventType.GENERATION_EVENT_TYPE_FAILED,
  cancelled: WireEventType.GENERATION_EVENT_TYPE_CANCELLED,
} as const;

const priorities = {
  low: WirePriority.PRIORITY_LOW,
  normal: WirePriority.PRIORITY_NORMAL,
  high: WirePriority.PRIORITY_HIGH,
} as const;

/** Unspecified and unheard-of priorities are normal. */
export function priorityFromWire(priority: WirePriority): Priority {
  if (priority === WirePriority.PRIORITY_LOW) return 'low';
  return priority === WirePriority.PRIORITY_HIGH ? 'high' : 'normal';
}

export function priorityToWire(priority: Priority): WirePriority {
  return priorities[priority];
}

export function stateToWire(state: GenerationState): WireState {
  return states[state];
}

/** The states of a filter; unspecified and unheard-of ones are left out. */
export function statesFromWire(wanted: readonly WireState[]): GenerationState[] {
  return (Object.keys(states) as GenerationState[]).filter((state) => wanted.includes(states[state]));
}

/** `nowMs` is the moment that the time spent queued and running is told for; `places` are those of this process. */
export function generationToWire(generation: Generation, nowMs: number, places: number): WireGeneration {
  const { createTimeMs, startTimeMs, endTimeMs } = generation;
  const untilMs = hasEnded(generation) ? (endTimeMs ?? nowMs) : nowMs;
  return WireGeneration.create({
    generationId: generation.generationId,
    ownerId: generation.ownerId,
    state: states[generation.state],
    progress: generation.progress,
    queuePosition: generation.queuePosition,
    estimatedWaitMs: generation.ahead && estimateWaitMs(generation.ahead, places),
    workflow: workflowToWire(generation.workflow),
    provider: generation.provider,
    modelId: generation.modelId,
    prompt: generation.prompt,
    finalPrompt: generation.finalPrompt,
    attempts: generation.attempts.map(attemptToWire),
    parameters: GenerationParameters.create(generation.parameters),
    outputs: generation.outputs.map(assetToWire),
    estimatedCostMicros: generation.estimatedCostMicros,
    actualCostMicros: generation.actualCostMicros,
    queuedMs: Math.max(0, (startTimeMs ?? untilMs) - createTimeMs),
    runningMs: startTimeMs === undefined ? 0 : Math.max(0, untilMs - startTimeMs),
    error: generation.failure && failureToWire(generation.failure),
    parentId: generation.parentId,
    cachedFrom: generation.cachedFrom ?? '',
    origin: generation.origin ?? '',
    sessionId: generation.sessionId,
    planRequestId: generation.planRequestId,
    warnings: [...generation.warnings],
    priority: priorities[generation.priority],
    steps: generation.previous ? [generation.previous, generation].map(stepToWire) : [],
    nextId: generation.nextStep ?? '',
    inputImages: generation.inputImages.map(inputToWire),
    mask: generation.mask ? inputToWire(generation.mask) : '',
    waitsForStep: generation.waitsFor !== undefined && !hasEnded(generation),
    createTime: new Date(createTimeMs),
    updateTime: new Date(generation.updateTimeMs),
  });
}

function inputToWire(image: InputImage): string {
  return image.kind === 'asset' ? image.assetId : image.url;
}

function stepToWire({ state, workflow, ...step }: PreviousStep | Generation): GenerationStep {
  const { generationId, provider, modelId, estimatedCostMicros, actualCostMicros } = step;
  return {
    generationId,
    workflow: workflowToWire(workflow),
    state: states[state],
    provider,
    modelId,
    estimatedCostMicros,
    actualCostMicros,
  };
}

export function eventToWire(
  { sequence, type, timeMs, generation }: GenerationEvent,
  places: number,
): WatchGenerationResponse {
  return WatchGenerationResponse.create({
    sequence,
    type: eventTypes[type],
    eventTime: new Date(timeMs),
    generation: generationToWire(generation, timeMs, places),
  });
}

export function assetToWire({ createTimeMs, ...asset }: Asset): WireAsset {
  return WireAsset.create({ ...asset, createTime: new Date(createTimeMs) });
}

function attemptToWire(attempt: Attempt): WireAttempt {
  const { attemptId, provider, modelId, providerJobId, startTimeMs, endTimeMs, failure } = attempt;
  return WireAttempt.create({
    attemptId,
    provider,
    modelId,
    providerJobId,
    state: attemptStates[attempt.state],
    startTime: new Date(startTimeMs),
    endTime: endTimeMs === undefined ? undefined : new Date(endTimeMs),
    error: failure && failureToWire(failure),
  });
}

function failureToWire({ code, message, suggestions, alternatives = [] }: Failure): GenerationError {
  return GenerationError.create({ code, message, suggestions: [...suggestions], alternatives: [...alternatives] });
}
