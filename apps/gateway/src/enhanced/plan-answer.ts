import { dollars, seconds } from '../http/json.js';
import { fromWireParameters } from '../http/generation-parameters.js';
import type { FoundPage, Plan } from './plan.js';
import type { ProcessAnswer } from './process.schema.js';

type Reference = ProcessAnswer['references'][number];

/** A plan as REST has it; `references` come with links that a client can open. */
export function toProcessAnswer(plan: Plan, references: Reference[], generationId?: string): ProcessAnswer {
  const { intent } = plan;
  const cost = dollars(plan.costMicros);
  const [low, high] = plan.costRangeMicros;
  const [p50, p95] = plan.timeRangeS;
  const reasoning = selectionReasoning(plan);
  return {
    success: true,
    request_id: plan.requestId,
    workflow_type: plan.workflow,
    final_prompt: plan.finalPrompt,
    model_selection: {
      model_id: plan.modelId,
      provider: plan.provider,
      reasoning,
      fallback_models: [...plan.fallbackModels],
      estimated_cost: cost,
      estimated_time: plan.timeS,
      parameters: fromWireParameters(plan.parameters),
    },
    references,
    intent_confidence: intent.confidence,
    reasoning: `${intent.reasoning} | ${reasoning}`,
    processing_time: seconds(plan.processingMs),
    estimated_cost: cost,
    estimated_time: plan.timeS,
    metadata: {
      requires_web_search: intent.requiresWebSearch,
      web_search_query: intent.webSearchQuery || null,
      ...(plan.webPages ? { web_search_results: plan.webPages.map(pageAnswer) } : {}),
      enhancement_applied: plan.enhancementApplied,
      classifier_source: intent.source,
      cache_hit: intent.cacheHit,
      missing_references: [...plan.missingReferences],
      rollout: plan.rollout,
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
    fallback_used: plan.fallbackUsed,
    ...(generationId ? { generation_id: generationId } : {}),
  };
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
