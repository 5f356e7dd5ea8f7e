import type { GenerationWish, PlannedGeneration } from '../generations/generation-planner.js';
import { GenerationPlanner } from '../generations/generation-planner.js';
import { gatewayErrors } from '../gateway.errors.js';
import { fromWireParameters } from '../http/generation-parameters.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import type { ImageInputReader } from './image-inputs.js';
import type { Plan } from './plan.js';
import type { PlanStore } from './plan-store.js';
import type { Plans } from './plans.js';
import { refuseMarkup } from './to-plan-request.js';

/** Completes generations: by the plan they name, or by a plan made now. What could not be understood is not bought. */
export class PlannedGenerations extends GenerationPlanner {
  constructor(
    private readonly plans: Pick<Plans, 'planRequest'>,
    private readonly store: Pick<PlanStore, 'find'>,
    private readonly images: ImageInputReader,
  ) {
    super();
  }

  override async planGeneration(wish: GenerationWish, call: RequestCall): Promise<PlannedGeneration> {
    refuseMarkup({ prompt: wish.prompt, 'parameters.negative_prompt': wish.explicit?.negative_prompt });
    const inputImages = this.images.readAll(wish.inputImages, 'input_images');
    const mask = wish.mask === undefined ? '' : this.images.read(wish.mask, 'mask');
    if (wish.planRequestId !== undefined) {
      const plan = await this.store.find(wish.planRequestId, callerOf(call).identity.userId);
      if (!plan) throw gatewayErrors.PLAN_NOT_FOUND();
      refuseDifferences(wish, inputImages, plan);
      return toPlannedGeneration(plan, { sessionId: wish.sessionId });
    }
    const plan = await this.plans.planRequest(
      {
        prompt: wish.prompt,
        // Named inputs are all there is: the session's picture stands in only when there are none.
        workingImages: inputImages,
        uploadedImages: [],
        hasMask: mask !== '',
        sessionId: wish.sessionId,
        presetId: wish.presetId,
        referenceRoles: wish.referenceRoles,
        enhance: 'quick',
        bypassCache: false,
        withoutWebSearch: true,
        parameters: wish.explicit,
        softParameters: wish.soft && Object.keys(wish.soft).length > 0 ? wish.soft : undefined,
        workflow: wish.workflowType,
        modelId: wish.modelId,
        provider: wish.provider,
      },
      callerOf(call),
      call,
    );
    return toPlannedGeneration(plan, { mask });
  }
}

/** A plan as a generation. @throws PLANNING_UNAVAILABLE for the fallback plan, MISSING_INPUT for what it still needs */
export function toPlannedGeneration(
  plan: Plan,
  more: { mask?: string; sessionId?: string | undefined } = {},
): PlannedGeneration {
  if (plan.fallbackUsed) throw gatewayErrors.PLANNING_UNAVAILABLE();
  if (plan.missingInputs.length > 0) {
    throw gatewayErrors.MISSING_INPUT({
      message: `The workflow ${plan.workflow} needs what the request does not have: ${plan.missingInputs.join(', ')}.`,
      violations: plan.missingInputs.map((input) => ({
        field: fields[input] ?? input,
        message: `is needed for ${plan.workflow}`,
      })),
    });
  }
  return {
    prompt: plan.prompt,
    finalPrompt: plan.finalPrompt,
    workflow: plan.workflow,
    modelId: plan.modelId,
    fallbackModels: plan.fallbackModels,
    parameters: plan.parameters,
    inputImages: plan.inputImages,
    mask: more.mask ?? '',
    sessionId: more.sessionId ?? plan.sessionId ?? '',
    planRequestId: plan.requestId,
    warnings: plan.warnings,
    firstStep: plan.firstStep,
    preset: plan.preset,
  };
}

/** What services call an input, and where a caller puts it. */
const fields: Readonly<Record<string, string>> = { image: 'input_images', mask: 'mask', prompt: 'prompt' };

/** A plan runs as it was shown and priced, or not at all. */
function refuseDifferences(wish: GenerationWish, inputImages: readonly string[], plan: Plan): void {
  const planned = fromWireParameters(plan.parameters);
  const differing = [
    wish.prompt !== plan.prompt && wish.prompt !== plan.finalPrompt && 'prompt',
    wish.workflowType && wish.workflowType !== plan.workflow && 'workflow_type',
    wish.modelId && wish.modelId !== plan.modelId && 'model_id',
    wish.provider && wish.provider !== plan.provider && 'provider',
    wish.presetId && wish.presetId !== plan.presetId && 'preset_id',
    wish.mask !== undefined && 'mask',
    inputImages.some((image) => !plan.inputImages.includes(image)) && 'input_images',
    ...Object.entries(wish.explicit ?? {}).map(
      ([name, value]) => planned[name as keyof typeof planned] !== value && `parameters.${name}`,
    ),
  ].filter((field) => typeof field === 'string' && field !== '');
  if (differing.length === 0) return;
  throw gatewayErrors.PLAN_DIFFERS({
    message: `The request names a plan and asks for something else: ${differing.join(', ')}.`,
    violations: differing.map((field) => ({ field: String(field), message: 'differs from the plan' })),
  });
}
