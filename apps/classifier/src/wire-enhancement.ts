import {
  type EnhancePromptRequest,
  EnhancePromptResponse,
  EnhancementStrategy as WireStrategy,
} from '@atelier/contracts/classifier/v1';
import { workflowFromWire } from '@atelier/contracts/workflow-names';
import type { Enhancement, EnhancementRequest, EnhancementStrategy } from './domain/prompt-enhancer.js';
import { fromWireContext } from './wire-intent.js';

const strategies: Partial<Record<WireStrategy, EnhancementStrategy>> = {
  [WireStrategy.ENHANCEMENT_STRATEGY_OFF]: 'off',
  [WireStrategy.ENHANCEMENT_STRATEGY_LLM]: 'llm',
};

/** How to enhance; quick unless said otherwise. */
export function fromWireStrategy(strategy: WireStrategy): EnhancementStrategy {
  return strategies[strategy] ?? 'quick';
}

/** A request as the domain has it. */
export function fromWireEnhancement(
  request: EnhancePromptRequest,
  signal: AbortSignal | undefined,
): EnhancementRequest {
  const { prompt, workflow, strategy, context, bypassCache, addQuality, addStyle } = request;
  return {
    prompt: prompt.trim(),
    workflow: workflowFromWire(workflow) ?? 'image_generation',
    strategy: fromWireStrategy(strategy),
    context: fromWireContext(context),
    quick: { quality: addQuality, style: addStyle },
    bypassCache,
    ...(signal ? { signal } : {}),
  };
}

/** An answer as the contract has it. */
export function toWireEnhancement(enhancement: Enhancement): EnhancePromptResponse {
  const { prompt, additions, strategy, cacheHit, warnings } = enhancement;
  return EnhancePromptResponse.create({
    finalPrompt: prompt,
    additions: [...additions],
    strategy: WireStrategy[`ENHANCEMENT_STRATEGY_${strategy.toUpperCase() as Uppercase<EnhancementStrategy>}`],
    cacheHit,
    warnings: [...warnings],
  });
}
