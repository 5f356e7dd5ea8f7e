import {
  CreateGenerationRequest,
  FirstStep,
  type Generation as WireGeneration,
} from '@atelier/contracts/generation/v1';
import { PresetUse } from '@atelier/contracts/presets/v1';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';
import { toWireWorkflow } from '../http/workflow-name.js';
import { toGeneration, toWireCache, toWirePriority } from './generation-json.js';
import type { PresetUseReports } from '../presets/preset-use-reports.js';
import type { PromptReports } from '../suggestions/prompt-reports.js';
import type { PlannedGeneration, PlannedStep, UsedPreset } from './generation-planner.js';
import type { CreateGeneration, Generation } from './generations.schema.js';

/** What a submission has beside its plan. */
export interface SubmissionOptions {
  /** Empty: not idempotent. */
  readonly idempotencyKey: string;
  /** Hash of what the caller sent (`hashOf`). */
  readonly requestHash: string;
  readonly priority?: Generation['priority'] | undefined;
  readonly webhookUrl?: string | undefined;
  readonly parentId?: string | undefined;
  readonly cache?: CreateGeneration['cache'];
}

/** Hands a planned generation to the generation service, which commits it before it answers. */
export class Submission {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
    /** Why messages are not sent to an address, as a sentence; undefined when they are. */
    private readonly webhookProblem: (url: string) => string | undefined,
    private readonly presetUses: Pick<PresetUseReports, 'report'>,
    private readonly prompts: Pick<PromptReports, 'report'>,
  ) {}

  /** A repeated request is answered with its generation and not planned again: what it was planned from may be gone. */
  async submit(makePlan: () => Promise<PlannedGeneration>, options: SubmissionOptions): Promise<Generation> {
    const { idempotencyKey, requestHash } = options;
    if (idempotencyKey !== '') {
      const { generation } = await this.backends.generation.findGenerationByKey({ idempotencyKey, requestHash });
      if (generation) return toGeneration(generation, this.links);
    }
    // Before anything is planned: that costs too.
    const message = options.webhookUrl === undefined ? undefined : this.webhookProblem(options.webhookUrl);
    if (message !== undefined)
      throw gatewayErrors.WEBHOOK_URL_NOT_ALLOWED({ violations: [{ field: 'webhook_url', message }] });
    return this.#create(await makePlan(), options);
  }

  async #create(plan: PlannedGeneration, options: SubmissionOptions): Promise<Generation> {
    const { generation } = await this.backends.generation.createGeneration(
      CreateGenerationRequest.create({
        idempotencyKey: options.idempotencyKey,
        requestHash: options.requestHash,
        prompt: plan.prompt,
        finalPrompt: plan.finalPrompt,
        workflow: toWireWorkflow(plan.workflow),
        modelId: plan.modelId,
        fallbackModels: [...plan.fallbackModels],
        parameters: plan.parameters,
        inputImages: [...plan.inputImages],
        mask: plan.mask,
        sessionId: plan.sessionId,
        planRequestId: plan.planRequestId,
        parentId: options.parentId ?? '',
        priority: toWirePriority(options.priority),
        webhookUrl: options.webhookUrl ?? '',
        warnings: [...plan.warnings],
        cache: toWireCache(options.cache),
        firstStep: plan.firstStep && toWireStep(plan.firstStep),
      }),
    );
    if (!generation) throw gatewayErrors.RESOURCE_NOT_FOUND();
    // Also when it had been accepted before: the use is known by the generation and counts once.
    if (plan.preset) this.presetUses.report(toPresetUse(plan.preset, generation, plan.planRequestId));
    this.prompts.report(generation.generationId, generation.ownerId, plan.prompt);
    return toGeneration(generation, this.links);
  }
}

function toPresetUse(
  { presetId, version, experiment }: UsedPreset,
  { generationId, ownerId }: WireGeneration,
  requestId: string,
): PresetUse {
  const assignment = experiment && { experimentId: experiment.id, variant: experiment.variant, version };
  return PresetUse.create({ generationId, presetId, version, assignment, userId: ownerId, requestId });
}

function toWireStep({ workflow, fallbackModels, warnings, ...step }: PlannedStep): FirstStep {
  const { finalPrompt, modelId, parameters } = step;
  return FirstStep.create({
    finalPrompt,
    workflow: toWireWorkflow(workflow),
    modelId,
    fallbackModels: [...fallbackModels],
    parameters,
    warnings: [...warnings],
  });
}

const longestKey = 255;

/** The Idempotency-Key header; empty when there is none. */
export function idempotencyKeyOf(header: string | string[] | undefined): string {
  const key = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (key.length > longestKey) {
    throw gatewayErrors.INVALID_REQUEST({
      violations: [{ field: 'Idempotency-Key', message: `must have at most ${longestKey} characters` }],
    });
  }
  return key;
}
