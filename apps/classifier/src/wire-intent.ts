import {
  ClassificationSource as WireSource,
  ClassificationStrategy as WireStrategy,
  type ClassifyIntentRequest,
  ClassifyIntentResponse,
  EnhancementStrategy,
} from '@atelier/contracts/classifier/v1';
import { Workflow as WireWorkflow } from '@atelier/contracts/creative/v1';
import type { ClassificationStrategy, IntentRequest } from './domain/classify-intent.js';
import { type Classification, type Workflow, workflows } from './domain/intent.js';
import { enhanceQuickly } from './domain/prompt-enhancement.js';

const wireWorkflows = new Map<Workflow, WireWorkflow>(
  workflows.map((name) => [name, WireWorkflow[`WORKFLOW_${name.toUpperCase()}` as keyof typeof WireWorkflow]]),
);

const sources = {
  cache: WireSource.CLASSIFICATION_SOURCE_CACHE,
  local: WireSource.CLASSIFICATION_SOURCE_LOCAL,
  llm: WireSource.CLASSIFICATION_SOURCE_LLM,
  fallback: WireSource.CLASSIFICATION_SOURCE_FALLBACK,
  classic: WireSource.CLASSIFICATION_SOURCE_CLASSIC,
} as const;

const strategies: Partial<Record<WireStrategy, ClassificationStrategy>> = {
  [WireStrategy.CLASSIFICATION_STRATEGY_LLM_FIRST]: 'llm_first',
  [WireStrategy.CLASSIFICATION_STRATEGY_LOCAL_ONLY]: 'local_only',
  [WireStrategy.CLASSIFICATION_STRATEGY_CLASSIC]: 'classic',
};

/** A request as the domain has it; `prompt` is trimmed. */
export function fromWireRequest(request: ClassifyIntentRequest, signal: AbortSignal | undefined): IntentRequest {
  const { context, strategy, bypassCache } = request;
  return {
    prompt: request.prompt.trim(),
    context: {
      workingImages: context?.workingImages ?? 0,
      uploadedImages: context?.uploadedImages ?? 0,
      references: context?.references ?? [],
    },
    strategy: strategies[strategy] ?? 'cascade',
    bypassCache,
    ...(signal ? { signal } : {}),
  };
}

/** An answer as the contract has it, with the prompt made ready for the workflow. */
export function toWireResponse(
  request: ClassifyIntentRequest,
  answer: Classification,
  measured: { readonly version: string; readonly elapsedUs: number },
): ClassifyIntentResponse {
  const prompt = request.prompt.trim();
  const isOff = request.enhancement === EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF;
  const enhanced = isOff ? { prompt, additions: [] } : enhanceQuickly(prompt, answer.workflow);
  return ClassifyIntentResponse.create({
    workflow: wireWorkflows.get(answer.workflow),
    confidence: answer.confidence,
    reasoning: answer.reasoning,
    requiresWebSearch: answer.requiresWebSearch,
    webSearchQuery: answer.webSearchQuery,
    enhancementNeeded: answer.enhancementNeeded,
    source: sources[answer.source],
    cacheHit: answer.source === 'cache',
    correctedFrom: answer.correctedFrom && wireWorkflows.get(answer.correctedFrom),
    runnerUp: answer.runnerUp && wireWorkflows.get(answer.runnerUp.workflow),
    runnerUpConfidence: answer.runnerUp?.confidence ?? 0,
    missingInputs: answer.missingInputs,
    finalPrompt: enhanced.prompt,
    additions: enhanced.additions,
    processingTimeUs: Math.round(measured.elapsedUs),
    classifierVersion: measured.version,
  });
}
