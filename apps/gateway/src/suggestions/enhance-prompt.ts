import { EnhancementStrategy, EnhancePromptRequest } from '@atelier/contracts/classifier/v1';
import { FindSaidPhrasesRequest } from '@atelier/contracts/presets/v1';
import type { Backends } from '../backends.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import type { EnhanceBody, EnhancedPrompt } from './suggestions.schema.js';

const strategies = {
  quick: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
  llm: EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM,
} as const;

/**
 * Adds to a prompt what it does not say yet. The classifier composes it, and keeps what a language model answered for a
 * day; of quick additions those are taken out again that the prompt says in other words.
 */
export async function enhancePrompt(
  { classifier, suggestions }: Pick<Backends, 'classifier' | 'suggestions'>,
  body: EnhanceBody,
): Promise<EnhancedPrompt> {
  const { prompt, strategy, add_quality: addQuality, add_style: addStyle, workflow_type: workflow } = body;
  const composed = await classifier.enhancePrompt(
    EnhancePromptRequest.create({
      prompt,
      strategy: strategies[strategy],
      addQuality,
      addStyle,
      ...(workflow ? { workflow: toWireWorkflow(workflow) } : {}),
    }),
  );
  const answer = {
    original: prompt,
    enhanced: composed.finalPrompt,
    additions: composed.additions,
    strategy: composed.strategy === strategies.llm ? ('llm' as const) : ('quick' as const),
    warnings: composed.warnings,
  };
  if (answer.strategy === 'llm' || answer.additions.length === 0) return answer;
  const { said } = await suggestions.findSaidPhrases(
    FindSaidPhrasesRequest.create({ prompt, phrases: answer.additions }),
  );
  return withoutSaid(answer, new Set(said));
}

/** Quick additions stand at the end, each after a comma; without any the prompt stays as it was. */
function withoutSaid(answer: EnhancedPrompt, said: ReadonlySet<string>): EnhancedPrompt {
  if (said.size === 0) return answer;
  const additions = answer.additions.filter((addition) => !said.has(addition));
  if (additions.length === 0) return { ...answer, enhanced: answer.original, additions };
  const end = `, ${answer.additions.join(', ')}`;
  if (!answer.enhanced.endsWith(end)) return answer;
  return { ...answer, enhanced: [answer.enhanced.slice(0, -end.length), ...additions].join(', '), additions };
}
