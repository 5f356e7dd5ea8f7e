import {
  ClassificationSource,
  ClassificationStrategy,
  type ClassifierServiceService,
  ClassifyIntentRequest,
  type ClassifyIntentResponse,
  EnhancementStrategy,
} from '@atelier/contracts/classifier/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { GenerationParameters } from '../http/generation-parameters.js';
import { fromWireWorkflow, type WorkflowName } from '../http/workflow-name.js';
import type { Intent } from './plan.js';
import type { ClassifierSource } from './process.schema.js';
import { tableParameters } from './table-parameters.js';

/** A classified prompt. */
export interface Classified {
  readonly intent: Intent;
  readonly finalPrompt: string;
  readonly enhanced: boolean;
  readonly missingInputs: readonly string[];
  /** For people: what could not be done as asked. */
  readonly warnings: readonly string[];
  /** What goes with the workflow unless somebody wishes otherwise. */
  readonly parameters?: GenerationParameters | undefined;
  /** An edit, then motion from its result; absent when one step will do. */
  readonly steps?: readonly ClassifiedStep[] | undefined;
}

/** One of two things that a prompt asks for, one after the other. */
export interface ClassifiedStep {
  readonly workflow: WorkflowName;
  readonly prompt: string;
  readonly finalPrompt: string;
}

/** What the classifier is asked. */
export interface ClassificationWish {
  readonly prompt: string;
  readonly workingImages: number;
  readonly uploadedImages: number;
  /** Tags that were found. */
  readonly references: readonly string[];
  readonly rollout: 'ai' | 'classic';
  readonly enhance: 'off' | 'quick' | 'llm';
  readonly bypassCache: boolean;
}

/** Time for classification, in milliseconds; leaves room for selection inside the caller's. */
const budgetMs = 20_000;

/** Asks the classifier: intent and prepared prompt in one call. */
export async function classify(
  classifier: Pick<GrpcClient<typeof ClassifierServiceService>, 'classifyIntent'>,
  wish: ClassificationWish,
  context: CallContext,
): Promise<Classified> {
  const { prompt, workingImages, uploadedImages, references, bypassCache } = wish;
  const request: ClassifyIntentRequest = {
    prompt,
    context: { workingImages, uploadedImages, references: [...references] },
    strategy: strategies[wish.rollout],
    enhancement: enhancements[wish.enhance],
    bypassCache,
  };
  const answer = await classifier.classifyIntent(request, { context, timeoutMs: budgetMs });
  return {
    intent: toIntent(answer),
    finalPrompt: answer.finalPrompt || prompt,
    enhanced: answer.additions.length > 0 || (answer.finalPrompt !== '' && answer.finalPrompt !== prompt),
    missingInputs: answer.missingInputs,
    warnings: answer.warnings,
    parameters: tableParameters(answer.parameters),
    steps: toSteps(answer),
  };
}

/** An intent that was given, not found out. */
export function givenIntent(workflow: WorkflowName): Intent {
  return {
    workflow,
    confidence: 1,
    reasoning: 'The workflow was given.',
    source: 'local',
    cacheHit: false,
    requiresWebSearch: false,
    webSearchQuery: '',
    correctedFrom: undefined,
    runnerUp: undefined,
    classificationUs: 0,
    classifierVersion: '',
  };
}

/** A prompt that nobody had to classify. */
export function asGiven(workflow: WorkflowName, prompt: string): Classified {
  return { intent: givenIntent(workflow), finalPrompt: prompt, enhanced: false, missingInputs: [], warnings: [] };
}

function toSteps({ steps }: ClassifyIntentResponse): ClassifiedStep[] | undefined {
  const known = steps.flatMap(({ workflow, prompt, finalPrompt }) => {
    const name = fromWireWorkflow(workflow);
    return name ? { workflow: name, prompt, finalPrompt: finalPrompt || prompt } : [];
  });
  return known.length === 2 ? known : undefined;
}

function toIntent(answer: ClassifyIntentResponse): Intent {
  const workflow = fromWireWorkflow(answer.workflow);
  if (!workflow) throw new Error('the classifier answered without a workflow');
  const runnerUp = fromWireWorkflow(answer.runnerUp);
  return {
    workflow,
    confidence: answer.confidence,
    reasoning: answer.reasoning,
    source: sources[answer.source] ?? 'local',
    cacheHit: answer.cacheHit,
    requiresWebSearch: answer.requiresWebSearch,
    webSearchQuery: answer.webSearchQuery,
    correctedFrom: fromWireWorkflow(answer.correctedFrom),
    runnerUp: runnerUp && { workflow: runnerUp, confidence: answer.runnerUpConfidence },
    classificationUs: answer.processingTimeUs,
    classifierVersion: answer.classifierVersion,
  };
}

const strategies = {
  ai: ClassificationStrategy.CLASSIFICATION_STRATEGY_CASCADE,
  classic: ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC,
} as const;

const enhancements = {
  off: EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF,
  quick: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
  llm: EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM,
} as const;

const sources: Partial<Record<ClassificationSource, ClassifierSource>> = {
  [ClassificationSource.CLASSIFICATION_SOURCE_CACHE]: 'cache',
  [ClassificationSource.CLASSIFICATION_SOURCE_LOCAL]: 'local',
  [ClassificationSource.CLASSIFICATION_SOURCE_LLM]: 'llm',
  [ClassificationSource.CLASSIFICATION_SOURCE_FALLBACK]: 'fallback',
  [ClassificationSource.CLASSIFICATION_SOURCE_CLASSIC]: 'classic',
};
