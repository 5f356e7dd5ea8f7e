import {
  ClassificationSource as WireSource,
  ClassificationStrategy as WireStrategy,
  type ClassifyIntentRequest,
  ClassifyIntentResponse,
  type IntentContext as WireContext,
} from '@atelier/contracts/classifier/v1';
import { workflowToWire } from '@atelier/contracts/workflow-names';
import type { ClassificationStrategy, IntentRequest } from './domain/classify-intent.js';
import type { Classification, IntentContext } from './domain/intent.js';
import type { Enhancement } from './domain/prompt-enhancer.js';

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

/** What is known beside the prompt; nothing when it is not said. */
export function fromWireContext(context: WireContext | undefined): IntentContext {
  return {
    workingImages: context?.workingImages ?? 0,
    uploadedImages: context?.uploadedImages ?? 0,
    references: context?.references ?? [],
  };
}

/** A request as the domain has it; `prompt` is trimmed. */
export function fromWireRequest(request: ClassifyIntentRequest, signal: AbortSignal | undefined): IntentRequest {
  const { context, strategy, bypassCache } = request;
  return {
    prompt: request.prompt.trim(),
    context: fromWireContext(context),
    strategy: strategies[strategy] ?? 'cascade',
    bypassCache,
    ...(signal ? { signal } : {}),
  };
}

/** An answer as the contract has it; `enhanced` are the prompt made ready for the workflow, then that of each step. */
export function toWireResponse(
  answer: Classification,
  [whole, ...parts]: readonly Enhancement[],
  measured: { readonly version: string; readonly elapsedUs: number },
): ClassifyIntentResponse {
  return ClassifyIntentResponse.create({
    workflow: workflowToWire(answer.workflow),
    confidence: answer.confidence,
    reasoning: answer.reasoning,
    requiresWebSearch: answer.requiresWebSearch,
    webSearchQuery: answer.webSearchQuery,
    enhancementNeeded: answer.enhancementNeeded,
    source: sources[answer.source],
    cacheHit: answer.source === 'cache',
    correctedFrom: answer.correctedFrom && workflowToWire(answer.correctedFrom),
    runnerUp: answer.runnerUp && workflowToWire(answer.runnerUp.workflow),
    runnerUpConfidence: answer.runnerUp?.confidence ?? 0,
    missingInputs: answer.missingInputs,
    finalPrompt: whole?.prompt ?? '',
    additions: [...(whole?.additions ?? [])],
    warnings: [...new Set([whole, ...parts].flatMap((enhanced) => enhanced?.warnings ?? []))],
    steps: (answer.steps ?? []).map(({ workflow, prompt }, at) => ({
      workflow: workflowToWire(workflow),
      prompt,
      finalPrompt: parts[at]?.prompt ?? prompt,
    })),
    parameters: { ...answer.parameters },
    processingTimeUs: Math.round(measured.elapsedUs),
    classifierVersion: measured.version,
  });
}
