import type { PlanCompleted } from '@atelier/contracts/usage/v1';
import { ServiceError } from '@atelier/errors';
import type { UsageEventPublisher } from '@atelier/events';
import type { CallContext } from '@atelier/grpc';
import { statusOf } from '../http/problem.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import type { Principal } from '../identity/principal.js';
import type { ImageLinks } from '../references/image-links.js';
import type { Exposures } from './exposures.js';
import type { ImageInputReader } from './image-inputs.js';
import type { Plan, PlannedReference, PlanRequest } from './plan.js';
import { toProcessAnswer } from './plan-answer.js';
import { totalOf } from './plan-steps.js';
import type { Planner } from './planner.js';
import type { PlanStatistics } from './plan-statistics.js';
import type { PlanStore } from './plan-store.js';
import type { ProcessAnswer } from './process.schema.js';
import { toPlanRequest } from './to-plan-request.js';

/** What planning for a caller needs. */
export interface PlansParts {
  readonly planner: Planner;
  readonly store: PlanStore;
  readonly statistics: PlanStatistics;
  readonly events: UsageEventPublisher;
  readonly exposures: Pick<Exposures, 'report'>;
  readonly images: ImageInputReader;
  readonly imageLinks: Pick<ImageLinks, 'linkTo' | 'linkToThumbnail'>;
}

/** Plans for callers: validated, remembered, counted and answered. */
export class Plans {
  constructor(private readonly parts: PlansParts) {}

  /** Plans a body. */
  async plan(
    body: Parameters<typeof toPlanRequest>[0],
    caller: Principal,
    context: CallContext,
    more: Pick<PlanRequest, 'ignoreRollout'> = {},
  ): Promise<Plan> {
    return this.planRequest({ ...toPlanRequest(body, this.parts.images), ...more }, caller, context);
  }

  /** Plans what was already validated, for example a generation without a plan. */
  async planRequest(request: PlanRequest, caller: Principal, context: CallContext): Promise<Plan> {
    const { planner, store, statistics, events, exposures } = this.parts;
    try {
      const plan = await planner.planAs(request, caller, context);
      const { userId } = caller.identity;
      store.remember(plan, userId);
      // What was given was not classified.
      if (!request.workflow) {
        statistics.record(plan);
        // Before the plan: what a user does with it counts from now on.
        if (plan.exposure) exposures.report(plan.exposure, { userId, requestId: plan.requestId });
        events.publish({ planCompleted: toEvent(plan) }, { userId, requestId: plan.requestId });
      }
      return plan;
    } catch (error) {
      if (statusOf(ServiceError.from(error)) >= 500) statistics.recordError();
      throw error;
    }
  }

  /** The answer to a plan, with links that the caller can open. */
  async answer(plan: Plan, generationId?: string): Promise<ProcessAnswer> {
    const { references } = plan;
    const shown =
      references.length === 0 ? [] : await Promise.all(references.map((reference) => this.#show(reference)));
    return toProcessAnswer(plan, shown, generationId);
  }

  /** A picture that can't be shown never fails a plan. */
  async #show(reference: PlannedReference): Promise<ProcessAnswer['references'][number]> {
    const { tag, name, imageUrl, role, thumbnailKey } = reference;
    const { imageLinks } = this.parts;
    const link = reference.link ?? (await imageLinks.linkTo(imageUrl).catch(() => null));
    return {
      tag,
      image_url: link ?? '',
      name,
      ...(role ? { role } : {}),
      ...(thumbnailKey ? { thumbnail_url: imageLinks.linkToThumbnail(thumbnailKey) } : {}),
    };
  }
}

function toEvent(plan: Plan): PlanCompleted {
  const { intent } = plan;
  const total = totalOf(plan);
  return {
    prompt: plan.prompt,
    workflow: toWireWorkflow(plan.workflow),
    confidence: intent.confidence,
    source: intent.source,
    cacheHit: intent.cacheHit,
    correctedFrom: toWireWorkflow(intent.correctedFrom),
    fallbackUsed: plan.fallbackUsed,
    modelId: plan.modelId,
    provider: plan.provider,
    fallbackModels: [...plan.fallbackModels],
    estimatedCostMicros: total.costMicros,
    estimatedTimeS: total.timeS,
    enhancementApplied: plan.enhancementApplied,
    classificationUs: intent.classificationUs,
    totalUs: Math.round(plan.processingMs * 1000),
    rollout: plan.rollout,
    workingImages: plan.context.workingImages,
    uploadedImages: plan.context.uploadedImages,
    references: plan.references.length,
    classifierVersion: intent.classifierVersion,
    runnerUp: toWireWorkflow(intent.runnerUp?.workflow),
  };
}
