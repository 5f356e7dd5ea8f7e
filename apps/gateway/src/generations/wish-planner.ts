import { GetModelRequest } from '@atelier/contracts/selector/v1';
import type { Backends } from '../backends.js';
import type { ImageInputReader } from '../enhanced/image-inputs.js';
import type { Plan } from '../enhanced/plan.js';
import type { PlanStore } from '../enhanced/plan-store.js';
import type { Planner } from '../enhanced/planner.js';
import { gatewayErrors } from '../gateway.errors.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import { fromWireWorkflow, type WorkflowName } from '../http/workflow-name.js';
import { GenerationPlanner, type GenerationWish, type PlannedGeneration } from './generation-planner.js';

const needImage: ReadonlySet<WorkflowName> = new Set([
  'image_to_video',
  'image_editing',
  'image_enhancement',
  'reference_styling',
  'hair_styling',
  'style_transfer',
]);

/** Completes wishes with the planner, or with a plan that was shown before. */
export class WishPlanner extends GenerationPlanner {
  constructor(
    private readonly planner: Planner,
    private readonly plans: PlanStore,
    private readonly images: ImageInputReader,
    private readonly backends: Pick<Backends, 'selector'>,
  ) {
    super();
  }

  async planGeneration(wish: GenerationWish, call: RequestCall): Promise<PlannedGeneration> {
    const inputImages = this.images.readAll(wish.inputImages, 'input_images');
    const mask = wish.mask ? this.images.read(wish.mask, 'mask') : '';
    if (wish.planRequestId !== undefined) return this.#asPlanned(wish, inputImages, mask, call);
    const plan = await this.planner.plan(
      {
        prompt: wish.prompt,
        workingImages: [],
        uploadedImages: inputImages,
        hasMask: mask !== '',
        sessionId: wish.sessionId,
        presetId: wish.presetId,
        useAi: true,
        enhance: 'quick',
        bypassCache: false,
        parameters: wish.explicit,
        softParameters: wish.soft,
        workflow: wish.workflowType ?? (await this.#workflowOf(wish.modelId, inputImages.length > 0)),
        modelId: wish.modelId,
        provider: wish.provider,
      },
      call,
    );
    return toPlanned(plan, { mask, sessionId: wish.sessionId ?? '', planRequestId: '' });
  }

  #asPlanned(wish: GenerationWish, inputImages: string[], mask: string, call: RequestCall): PlannedGeneration {
    const planRequestId = wish.planRequestId ?? '';
    const plan = this.plans.find(planRequestId, callerOf(call).identity.userId);
    if (!plan) throw gatewayErrors.PLAN_NOT_FOUND();
    const decided = {
      workflow_type: wish.workflowType,
      model_id: wish.modelId,
      provider: wish.provider,
      preset_id: wish.presetId,
      parameters: wish.explicit,
    };
    const violations = Object.entries(decided).flatMap(([field, value]) =>
      value === undefined ? [] : [{ field, message: 'is decided by the plan that request_id names' }],
    );
    if (wish.prompt !== plan.prompt) violations.push({ field: 'prompt', message: 'is not the one that was planned' });
    if (violations.length > 0) throw gatewayErrors.INVALID_REQUEST({ violations });
    const images = inputImages.length > 0 ? inputImages : plan.inputImages;
    const provided =
      images.length > 0
        ? { ...plan, inputImages: images, missingInputs: plan.missingInputs.filter((input) => input !== 'image') }
        : plan;
    return toPlanned(provided, { mask, sessionId: wish.sessionId ?? plan.sessionId ?? '', planRequestId });
  }

  /** A model that was named says what is meant better than the prompt: its first workflow that fits the images at hand. */
  async #workflowOf(modelId: string | undefined, hasImages: boolean): Promise<WorkflowName | undefined> {
    if (modelId === undefined) return undefined;
    const { model } = await this.backends.selector.getModel(GetModelRequest.create({ modelId }));
    const served = model?.workflows.flatMap((workflow) => fromWireWorkflow(workflow) ?? []) ?? [];
    return served.find((workflow) => needImage.has(workflow) === hasImages) ?? served[0];
  }
}

/** @throws what stands in the way of buying this plan */
function toPlanned(plan: Plan, rest: { mask: string; sessionId: string; planRequestId: string }): PlannedGeneration {
  if (plan.fallbackUsed) throw gatewayErrors.PLANNING_UNAVAILABLE({ retryAfterMs: 5_000 });
  if (plan.missingInputs.length > 0) {
    const violations = plan.missingInputs.map((input) => ({
      field: input === 'image' ? 'input_images' : input,
      message: `${plan.workflow} needs ${input === 'image' ? 'an image' : input}`,
    }));
    throw gatewayErrors.MISSING_INPUT({ violations });
  }
  return {
    prompt: plan.prompt,
    finalPrompt: plan.finalPrompt,
    workflow: plan.workflow,
    modelId: plan.modelId,
    fallbackModels: plan.fallbackModels,
    parameters: plan.parameters,
    inputImages: plan.inputImages,
    warnings: plan.warnings,
    ...rest,
  };
}
