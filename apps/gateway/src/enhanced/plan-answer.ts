import { dollars, seconds } from '../http/json.js';
import { fromWireParameters } from '../http/generation-parameters.js';
import type { Choice, FoundPage, Plan } from './plan.js';
import { totalOf } from './plan-steps.js';
import type { ProcessAnswer } from './process.schema.js';

type Reference = ProcessAnswer['references'][number];

/** A plan as REST has it; `references` come with links that a client can open. */
export function toProcessAnswer(plan: Plan, references: Reference[], generationId?: string): ProcessAnswer {
  const { intent } = plan;
  const { firstStep } = plan;
  const total = totalOf(plan);
  const [low, high] = total.costRangeMicros;
  const [p50, p95] = total.timeRangeS;
  const reasoning = selectionReasoning(plan);
  const selection = selectionAnswer(plan, reasoning);
  return {
    success: true,
    request_id: plan.requestId,
    workflow_type: plan.workflow,
    final_prompt: plan.finalPrompt,
    model_selection: selection,
    references,
    intent_confidence: intent.confidence,
    reasoning: `${intent.reasoning} | ${firstStep ? `First: ${firstStep.reasoning} Then: ${reasoning}` : reasoning}`,
    processing_time: seconds(plan.processingMs),
    estimated_cost: dollars(total.costMicros),
    estimated_time: total.timeS,
    metadata: {
      requires_web_search: intent.requiresWebSearch,
      web_search_query: intent.webSearchQuery || null,
      ...(plan.webPages ? { web_search_results: plan.webPages.map(pageAnswer) } : {}),
      enhancement_applied: plan.enhancementApplied,
      classifier_source: intent.source,
      cache_hit: intent.cacheHit,
      missing_references: [...plan.missingReferences],
      rollout: plan.rollout,
      ...experimentAnswer(plan),
      ...(intent.correctedFrom ? { corrected_from: intent.correctedFrom } : {}),
      ...(intent.runnerUp
        ? { runner_up: { workflow_type: intent.runnerUp.workflow, confidence: intent.runnerUp.confidence } }
        : {}),
      ...(plan.clarification ? { clarify: clarifyAnswer(plan.clarification) } : {}),
      missing_inputs: [...plan.missingInputs],
      warnings: [...plan.warnings],
    },
    cost_range: [dollars(low), dollars(high)],
    time_range: [p50, p95],
    ...(firstStep
      ? {
          steps: [stepAnswer(firstStep, selectionAnswer(firstStep, firstStep.reasoning)), stepAnswer(plan, selection)],
        }
      : {}),
    fallback_used: plan.fallbackUsed,
    ...(generationId ? { generation_id: generationId } : {}),
  };
}

/** The version of the preset that was used, where two are compared. */
function experimentAnswer({ preset, presetId = '' }: Plan): Pick<ProcessAnswer['metadata'], 'experiment'> {
  if (!preset?.experiment) return {};
  const { id, variant } = preset.experiment;
  return { experiment: { id, preset_id: presetId, variant, version: preset.version } };
}

function selectionAnswer(choice: Choice, reasoning: string): ProcessAnswer['model_selection'] {
  return {
    model_id: choice.modelId,
    provider: choice.provider,
    reasoning,
    fallback_models: [...choice.fallbackModels],
    estimated_cost: dollars(choice.costMicros),
    estimated_time: choice.timeS,
    parameters: fromWireParameters(choice.parameters),
  };
}

function stepAnswer(
  { workflow, finalPrompt }: Pick<Plan, 'workflow' | 'finalPrompt'>,
  selection: ProcessAnswer['model_selection'],
): NonNullable<ProcessAnswer['steps']>[number] {
  return { workflow_type: workflow, model_selection: selection, final_prompt: finalPrompt };
}

function pageAnswer({ title, url, imageUrl, snippet }: FoundPage) {
  return { title, url, ...(imageUrl ? { image_url: imageUrl } : {}), snippet };
}

const sure = 0.8;

function selectionReasoning({ reasoning, intent }: Plan): string {
  if (intent.confidence >= sure || reasoning.includes('low confidence')) return reasoning;
  return `${reasoning} (low confidence: ${intent.confidence.toFixed(2)})`;
}

function clarifyAnswer({ question, options }: NonNullable<Plan['clarification']>) {
  return {
    question,
    options: options.map(({ label, workflow, costMicros }) => ({
      label,
      workflow_type: workflow,
      estimated_cost: dollars(costMicros),
    })),
  };
}
