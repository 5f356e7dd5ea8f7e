import type { IntentContext, Workflow } from './intent.js';
import { enhanceQuickly } from './prompt-enhancement.js';

export type EnhancementStrategy = 'off' | 'quick' | 'llm';

/** A prompt to make ready for its workflow. The signal carries the caller's deadline to the language model. */
export interface EnhancementRequest {
  prompt: string;
  workflow: Workflow;
  strategy: EnhancementStrategy;
  context: IntentContext;
  bypassCache?: boolean;
  signal?: AbortSignal;
}

/** The prompt to generate with, and what was done to it. */
export interface Enhancement {
  prompt: string;
  /** In order; empty when the prompt stayed as it was. */
  additions: readonly string[];
  /** The strategy that answered. */
  strategy: EnhancementStrategy;
  cacheHit: boolean;
  /** For people: what could not be done as asked. */
  warnings: readonly string[];
}

/** Makes prompts ready for their workflow. It never fails: the quick strategy needs nothing. */
export class PromptEnhancer {
  async enhance(request: EnhancementRequest): Promise<Enhancement> {
    return this.enhanceAtOnce(request) ?? this.enhanceQuickly(request);
  }

  /** What needs no waiting; undefined when the language model has to be asked. */
  enhanceAtOnce({ prompt, workflow, strategy }: EnhancementRequest): Enhancement | undefined {
    const trimmed = prompt.trim();
    if (strategy === 'off') return { prompt: trimmed, additions: [], strategy, cacheHit: false, warnings: [] };
    return this.enhanceQuickly({ prompt: trimmed, workflow });
  }

  private enhanceQuickly({ prompt, workflow }: Pick<EnhancementRequest, 'prompt' | 'workflow'>): Enhancement {
    return { ...enhanceQuickly(prompt, workflow), strategy: 'quick', cacheHit: false, warnings: [] };
  }
}
