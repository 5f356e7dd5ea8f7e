import {
  type ModelSelectorServiceService,
  SelectModelRequest,
  type SelectModelResponse,
} from '@atelier/contracts/selector/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { type GenerationParameters, toWireParameters } from '../http/generation-parameters.js';
import { toWireWorkflow, type WorkflowName } from '../http/workflow-name.js';
import type { Choice, PlanStep } from './plan.js';
import { toWireQuality } from './preferences.js';

/** What a caller would like without ordering it. */
export interface PreferredModels {
  readonly provider?: string | undefined;
  readonly models: Partial<Readonly<Record<WorkflowName, string>>>;
}

/** What a model is chosen for. */
export interface SelectionWish {
  readonly workflow: WorkflowName;
  readonly confidence: number;
  readonly prompt: string;
  readonly imageCount: number;
  readonly hasMask: boolean;
  readonly quality?: 'speed' | 'balanced' | 'quality' | undefined;
  readonly modelId?: string | undefined;
  readonly provider?: string | undefined;
  /** Taken where it can be had; a warning says when not. */
  readonly preferred?: PreferredModels | undefined;
  readonly explicit?: GenerationParameters | undefined;
  readonly soft?: GenerationParameters | undefined;
}

/** A chosen model, with what the caller should hear about it. */
export interface Selected {
  readonly choice: Choice;
  readonly warnings: readonly string[];
  readonly missingInputs: readonly string[];
  /** With two steps: the first one, and the prompt that is left for the chosen model. */
  readonly firstStep?: PlanStep;
  readonly finalPrompt?: string;
}

/** Time for a selection, in milliseconds. */
const budgetMs = 3_000;

/** Asks the selector for a model, its parameters and an estimate. */
export async function select(
  selector: Pick<GrpcClient<typeof ModelSelectorServiceService>, 'selectModel'>,
  wish: SelectionWish,
  context: CallContext,
): Promise<Selected> {
  const isOrdered = Boolean(wish.modelId ?? wish.provider);
  const request: SelectModelRequest = {
    workflow: toWireWorkflow(wish.workflow),
    intentConfidence: wish.confidence,
    prompt: wish.prompt,
    imageCount: wish.imageCount,
    hasMask: wish.hasMask,
    quality: toWireQuality(wish.quality),
    modelId: wish.modelId ?? '',
    provider: wish.provider ?? '',
    // An order leaves no room for wishes.
    preferredModelId: isOrdered ? '' : (wish.preferred?.models[wish.workflow] ?? ''),
    preferredProvider: isOrdered ? '' : (wish.preferred?.provider ?? ''),
    explicitParameters: wish.explicit && toWireParameters(wish.explicit),
    softParameters: wish.soft && toWireParameters(wish.soft),
  };
  const answer = await selector.selectModel(request, { context, timeoutMs: budgetMs });
  return { choice: toChoice(answer), warnings: answer.warnings, missingInputs: answer.missingInputs };
}

function toChoice(answer: SelectModelResponse): Choice {
  return {
    modelId: answer.modelId,
    provider: answer.provider,
    reasoning: answer.reasoning,
    fallbackModels: answer.fallbackModels,
    costMicros: answer.estimatedCostMicros,
    costRangeMicros: [answer.costLowMicros, answer.costHighMicros],
    timeS: answer.estimatedTimeS,
    timeRangeS: [answer.timeP50S, answer.timeP95S],
    parameters: answer.parameters ?? {},
  };
}
