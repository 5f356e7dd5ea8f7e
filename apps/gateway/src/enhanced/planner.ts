import type { Backends } from '../backends.js';
import { callerOf, type RequestCall } from '../http/request-call.js';
import { fromWireWorkflow, type WorkflowName } from '../http/workflow-name.js';
import { ServiceError } from '@atelier/errors';
import type { CallContext } from '@atelier/grpc';
import type { Principal } from '../identity/principal.js';
import type { CallerPreferences } from './caller-preferences.js';
import { clarify } from './clarify.js';
import { asGiven, type Classified, classify, givenIntent } from './classify.js';
import { fallbackChoice, fallbackIntent } from './fallback-plan.js';
import type { Choice, Intent, Plan, PlanRequest } from './plan.js';
import { layOver, mergeParameters } from './parameter-layers.js';
import type { PlanContext, PlanContexts } from './plan-context.js';
import { inModelOrder } from './plan-images.js';
import { formatParameters, withStyle } from './preferences.js';
import type { AssignedWay, ClassificationWay, Rollout } from './rollout.js';
import { selectSteps } from './plan-steps.js';
import { selectForImages } from './select-for-images.js';
import type { Selected, SelectionWish } from './select.js';
import { outageOf } from './service-outage.js';
import { asTryOn } from './try-on.js';
import { lookUp } from './web-search.js';

const presetWins = 'The preset shapes the prompt, so the language model did not enhance it.';

type PlanningBackends = Pick<Backends, 'classifier' | 'selector'>;

/**
 * Turns a request into a plan: context, intent, prompt, model, price. The plan always comes: while classification or
 * selection is down it is the fixed one, marked as such. Only the caller's own mistakes are errors.
 */
export class Planner {
  constructor(
    private readonly backends: PlanningBackends,
    private readonly contexts: Pick<PlanContexts, 'read'>,
    private readonly rollout: Rollout,
    private readonly longestSearchMs: number,
    private readonly onOutage: (outage: ServiceError) => void = () => undefined,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Plans under the call's own request id. */
  plan(request: PlanRequest, call: RequestCall): Promise<Plan> {
    return this.planAs(request, callerOf(call), call);
  }

  /** Plans under another request id, for one part of a request. */
  async planAs(request: PlanRequest, caller: Principal, context: CallContext): Promise<Plan> {
    const start = this.nowMs();
    const known = await this.contexts.read(request, caller.identity.userId, context);
    const { preferences } = known;
    const { way: rollout, exposure } = this.#rolloutOf(request, preferences, caller);
    const wish = format(request);
    const frame = {
      requestId: context.requestId,
      prompt: request.prompt,
      references: known.references,
      missingReferences: known.missingReferences,
      context: { workingImages: known.workingImages.length, uploadedImages: request.uploadedImages.length },
      rollout,
      exposure,
      sessionId: request.sessionId,
      presetId: known.preset && request.presetId,
      preset: known.preset?.used,
    };
    const images = { working: known.workingImages, uploaded: request.uploadedImages, references: known.references };
    const isShaped = known.preset !== undefined && request.enhance === 'llm';
    const warnings = [...known.warnings, ...wish.warnings, ...(isShaped ? [presetWins] : [])];
    try {
      const classified = await this.#classify(request, known, rollout, context);
      // Under way while a model is chosen.
      const lookingUp = lookUp(this.backends.classifier, classified.intent, request, this.longestSearchMs, context);
      const selectionWish: SelectionWish = {
        workflow: classified.intent.workflow,
        confidence: classified.intent.confidence,
        prompt: request.prompt,
        imageCount: inModelOrder(images).length,
        hasMask: request.hasMask ?? false,
        quality: request.quality ?? preferences?.quality,
        modelId: request.modelId,
        provider: request.provider,
        preferred: preferences,
        ...mergeParameters({
          request: { explicit: request.parameters, soft: request.softParameters },
          preset: known.preset?.parameters,
          preferences: layOver(wish.parameters, preferences?.parameters),
          workflow: classified.parameters,
        }),
      };
      // A preset shapes one prompt, for one model.
      const steps = known.preset ? undefined : classified.steps;
      const { selector } = this.backends;
      const { selected, inputImages, left } = await selectForImages(images, (imageCount) =>
        selectSteps(selector, steps, { ...selectionWish, imageCount }, context),
      );
      // With two steps both readings are planned already.
      const clarification = selected.firstStep
        ? undefined
        : await clarify(
            selector,
            classified.intent,
            selected.choice,
            { ...selectionWish, imageCount: inputImages.length },
            context,
          );
      const { pages: webPages, warnings: searchWarnings } = await lookingUp;
      return {
        ...frame,
        inputImages,
        ...this.#answer(request, known, classified, selected),
        warnings: [...warnings, ...classified.warnings, ...left, ...selected.warnings, ...searchWarnings],
        clarification,
        webPages,
        fallbackUsed: false,
        processingMs: this.nowMs() - start,
      };
    } catch (error) {
      const outage = outageOf(error);
      this.onOutage(outage);
      const reasoning = `${fallbackIntent.reasoning} ${outage.message}`;
      return {
        ...frame,
        inputImages: inModelOrder(images),
        ...merge({ ...fallbackIntent, reasoning }, fallbackChoice),
        finalPrompt: withStyle(applyTemplate(request, known) ?? request.prompt, request.style),
        missingInputs: [],
        enhancementApplied: false,
        warnings,
        clarification: undefined,
        webPages: undefined,
        fallbackUsed: true,
        processingMs: this.nowMs() - start,
      };
    }
  }

  #rolloutOf(request: PlanRequest, preferences: CallerPreferences | undefined, caller: Principal): AssignedWay {
    if (!(request.useAi ?? preferences?.aiEnabled ?? true)) return { way: 'classic' };
    return request.ignoreRollout ? { way: 'ai' } : this.rollout.assign(caller);
  }

  async #classify(
    request: PlanRequest,
    known: PlanContext,
    rollout: ClassificationWay,
    context: CallContext,
  ): Promise<Classified> {
    if (request.workflow) return asGiven(request.workflow, request.prompt);
    const served = request.modelId ? await this.#workflowsOf(request.modelId, context) : [];
    const [only] = served;
    if (only && served.length === 1) return asGiven(only, request.prompt);
    const found = await classify(
      this.backends.classifier,
      {
        prompt: request.prompt,
        workingImages: known.workingImages.length,
        uploadedImages: request.uploadedImages.length,
        references: known.references.map(({ tag }) => tag),
        rollout,
        // A preset already says how the result should look.
        enhance: known.preset ? 'off' : request.enhance,
        bypassCache: request.bypassCache,
      },
      context,
    );
    // Classic routing is what it was in older systems, with its mistakes.
    const classified = rollout === 'ai' ? asTryOn(found, known.references) : found;
    if (!only || served.includes(classified.intent.workflow)) return classified;
    const intent = { ...givenIntent(only), correctedFrom: classified.intent.workflow };
    return { ...classified, intent, parameters: undefined };
  }

  /** A named model decides what can be meant. None for an unknown one: selection refuses it and names the field. */
  async #workflowsOf(modelId: string, context: CallContext): Promise<WorkflowName[]> {
    try {
      const { model } = await this.backends.selector.getModel({ modelId }, { context });
      return model?.workflows.flatMap((workflow) => fromWireWorkflow(workflow) ?? []) ?? [];
    } catch (error) {
      if (ServiceError.from(error).code === 'NOT_FOUND') return [];
      throw error;
    }
  }

  #answer(request: PlanRequest, known: PlanContext, classified: Classified, selected: Selected) {
    const { choice, missingInputs, firstStep } = selected;
    const shaped = selected.finalPrompt ?? applyTemplate(request, known) ?? classified.finalPrompt;
    return {
      ...merge(classified.intent, choice),
      finalPrompt: withStyle(shaped, request.style),
      firstStep: firstStep && { ...firstStep, finalPrompt: withStyle(firstStep.finalPrompt, request.style) },
      enhancementApplied: classified.enhanced,
      missingInputs: [...new Set([...classified.missingInputs, ...missingInputs])],
    };
  }
}

function merge(intent: Intent, choice: Choice) {
  return { ...choice, intent, workflow: intent.workflow };
}

/** The preset's template around the prompt; undefined without a preset. */
function applyTemplate({ prompt }: PlanRequest, { preset }: PlanContext): string | undefined {
  // As a function: a `$` in the prompt is no pattern.
  return preset?.template.replace('{prompt}', () => prompt);
}

function format({ format: wished }: PlanRequest): { parameters: PlanRequest['softParameters']; warnings: string[] } {
  if (!wished) return { parameters: undefined, warnings: [] };
  const parameters = formatParameters(wished);
  const warnings = parameters ? [] : [`The format "${wished}" is not known and was ignored.`];
  return { parameters, warnings };
}
