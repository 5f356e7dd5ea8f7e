import { type Failure, failure } from './failure.js';
import { type Generation, hasEnded, type PreviousStep } from './generation.js';
import { type Change, type Step, tell } from './change.js';
import { cancel } from './life-cycle.js';

/** Percent of a plan that its first step counts for. */
export const firstStepPercent = 50;

/** What a step tells of the one before it. */
export function toldOf(previous: Generation): PreviousStep {
  const { generationId, workflow, state, progress, provider, modelId, estimatedCostMicros, actualCostMicros } =
    previous;
  return { generationId, workflow, state, progress, provider, modelId, estimatedCostMicros, actualCostMicros };
}

/** Two generations as the steps of one plan. */
export function link(first: Generation, last: Generation): { readonly first: Generation; readonly last: Generation } {
  const [previousStep, nextStep] = [first.generationId, last.generationId];
  const waiting = { previousStep, waitsFor: previousStep, previous: toldOf(first), progressFrom: firstStepPercent };
  return { first: { ...first, nextStep }, last: { ...last, ...waiting } };
}

/**
 * What a step that waits does after the one before it has changed: it tells of its progress, starts from its output, or ends
 * without having begun. `undefined` stands for a step whose record is gone.
 */
export function follow(previous: Generation | undefined): Step {
  return (generation, nowMs) => {
    if (generation.state !== 'queued' || generation.waitsFor === undefined) return undefined;
    if (previous && generation.waitsFor !== previous.generationId) return undefined;
    const [output] = previous?.outputs ?? [];
    if (previous?.state === 'succeeded' && output) return goOn(generation, previous, output.assetId, nowMs);
    return previous && !hasEnded(previous)
      ? tellProgress(generation, previous, nowMs)
      : endWithout(generation, previous, nowMs);
  };
}

/** What a change of one step, which was `before`, means for the other one of the same plan. */
export function consequence(
  { waitsFor }: Generation,
  { generation, events }: Change,
): { readonly generationId: string; readonly step: Step } | undefined {
  const { nextStep, state } = generation;
  if (nextStep !== undefined && events.length > 0) return { generationId: nextStep, step: follow(generation) };
  // Nobody wants what the first step makes any more.
  if (waitsFor !== undefined && state === 'cancelled') return { generationId: waitsFor, step: cancel };
  return undefined;
}

function goOn(generation: Generation, previous: Generation, assetId: string, nowMs: number): Change {
  const ready = {
    inputImages: [{ kind: 'asset', assetId }],
    waitsFor: undefined,
    previous: toldOf(previous),
    progress: firstStepPercent,
  } as const;
  return tell({ ...generation, ...ready }, nowMs, 'progress');
}

function tellProgress(generation: Generation, previous: Generation, nowMs: number): Change {
  const done = Math.floor((previous.progress * firstStepPercent) / 100);
  // Another attempt of the first step begins anew; the plan does not go back.
  const progress = Math.max(generation.progress, done);
  return tell({ ...generation, previous: toldOf(previous), progress }, nowMs, 'progress');
}

function endWithout(generation: Generation, previous: Generation | undefined, nowMs: number): Change {
  const end = { state: 'failed', failure: reason(previous), actualCostMicros: 0, endTimeMs: nowMs } as const;
  const told = previous ? { previous: toldOf(previous) } : {};
  return tell({ ...generation, ...told, ...end, queuePosition: 0, ahead: undefined }, nowMs, 'failed', {
    ledger: [{ kind: 'release', reservationId: generation.reservationId }],
    usage: [{ kind: 'generation', change: 'failed' }],
  });
}

function reason(previous: Generation | undefined): Failure {
  const why = previous?.failure;
  if (previous?.state === 'cancelled') return failure('PREVIOUS_STEP_FAILED', 'The first step was cancelled.');
  if (!why) return failure('PREVIOUS_STEP_FAILED');
  const { suggestions, ...failed } = failure(
    'PREVIOUS_STEP_FAILED',
    `The first step ended with ${why.code}: ${why.message}`,
  );
  return { ...failed, suggestions: [...new Set([...why.suggestions, ...suggestions])] };
}
