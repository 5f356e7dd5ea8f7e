import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { label, noWorkflow, sourceName, workflowName } from './labels.js';
import { isHashedPrompt } from './prompt-privacy.js';

/** One classified plan: enough to join feedback to it and to make a training example of the two. */
export interface ClassificationLog {
  readonly eventId: string;
  readonly userId: string;
  readonly requestId: string;
  /** The text, or its hash. */
  readonly prompt: string;
  readonly promptHashed: boolean;
  readonly workflow: string;
  readonly confidence: number;
  readonly source: string;
  readonly usedFallback: boolean;
  readonly cacheHit: boolean;
  readonly correctedFrom: string | undefined;
  readonly runnerUp: string | undefined;
  /** Empty where nothing was classified, and in events of versions that did not tell. */
  readonly classifierVersion: string;
  readonly rollout: string;
  readonly workingImages: number;
  readonly uploadedImages: number;
  readonly references: number;
  readonly processingTimeMs: number;
  readonly plannedAt: Date;
}

/** The log row of an event; none for events that are no plan. */
export function classificationLogOf(event: UsageEvent): ClassificationLog | undefined {
  const { planCompleted: plan, occurTime } = event;
  if (!plan || !occurTime) return undefined;
  return {
    eventId: event.eventId,
    userId: label(event.userId),
    requestId: label(event.requestId),
    prompt: plan.prompt,
    promptHashed: isHashedPrompt(plan.prompt),
    workflow: workflowName(plan.workflow),
    confidence: plan.confidence,
    source: sourceName(plan.source),
    usedFallback: plan.fallbackUsed || plan.source === 'fallback',
    cacheHit: plan.cacheHit,
    correctedFrom: known(workflowName(plan.correctedFrom)),
    runnerUp: known(workflowName(plan.runnerUp)),
    classifierVersion: label(plan.classifierVersion),
    rollout: label(plan.rollout),
    workingImages: plan.workingImages,
    uploadedImages: plan.uploadedImages,
    references: plan.references,
    processingTimeMs: plan.classificationUs / 1000,
    plannedAt: occurTime,
  };
}

function known(workflow: string): string | undefined {
  return workflow === noWorkflow ? undefined : workflow;
}
