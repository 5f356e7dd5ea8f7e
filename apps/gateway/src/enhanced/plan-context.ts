import {
  type PresetAssignment,
  type PresetsServiceService,
  ResolvePlanContextRequest,
} from '@atelier/contracts/presets/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { UsedPreset } from '../generations/generation-planner.js';
import { type GenerationParameters, fromWireParameters } from '../http/generation-parameters.js';
import { findMentions, maxMentions } from './mentions.js';
import type { PlannedReference, PlanRequest } from './plan.js';
import { outageOf } from './service-outage.js';

/** What is known beside the prompt. */
export interface PlanContext {
  readonly references: readonly PlannedReference[];
  readonly missingReferences: readonly string[];
  readonly workingImages: readonly string[];
  readonly preset:
    | { readonly template: string; readonly parameters: GenerationParameters; readonly used: UsedPreset }
    | undefined;
  readonly warnings: readonly string[];
}

/** Part of the time that a plan may take; without its references a plan is still a plan. */
const budgetMs = 2_000;

/**
 * References, session and preset of a request, in one call; none for the many requests that name nothing.
 * An unknown preset is the caller's mistake; a presets service that is down is not, and never fails the plan.
 */
export async function resolvePlanContext(
  presets: Pick<GrpcClient<typeof PresetsServiceService>, 'resolvePlanContext'>,
  request: PlanRequest,
  context: CallContext,
): Promise<PlanContext> {
  const mentions = findMentions(request.prompt, maxMentions + 1);
  const tags = mentions.slice(0, maxMentions);
  const tooMany = mentions.length > maxMentions ? [`Only the first ${maxMentions} references were looked up.`] : [];
  const { workingImages } = request;
  // A picture that came along wins over the session's.
  const sessionId = workingImages.length === 0 ? (request.sessionId ?? '') : '';
  const presetId = request.presetId ?? '';
  if (tags.length === 0 && sessionId === '' && presetId === '') return { ...nothing, workingImages };
  try {
    const found = await presets.resolvePlanContext(ResolvePlanContextRequest.create({ tags, sessionId, presetId }), {
      context,
      timeoutMs: budgetMs,
    });
    const sessionImage = found.session?.workingImageUrl;
    const { preset } = found;
    return {
      references: found.references.map(({ tag, name, imageUrl }) => ({ tag, name: name || tag, imageUrl })),
      missingReferences: found.missingTags,
      workingImages: sessionImage ? [sessionImage] : workingImages,
      preset: preset && {
        template: preset.promptTemplate,
        parameters: {
          ...fromWireParameters(preset.parameters),
          ...(preset.negativePrompt ? { negative_prompt: preset.negativePrompt } : {}),
        },
        used: {
          presetId: preset.presetId,
          version: preset.version,
          experiment: experimentOf(found.presetAssignment),
        },
      },
      warnings: tooMany,
    };
  } catch (error) {
    outageOf(error);
    const lost = [tags.length > 0 && 'references', sessionId && 'the session', presetId && 'the preset'].filter(
      Boolean,
    );
    return {
      ...nothing,
      workingImages,
      missingReferences: tags,
      warnings: [...tooMany, `Planned without ${lost.join(', ')}: they could not be read.`],
    };
  }
}

function experimentOf(assignment: PresetAssignment | undefined): UsedPreset['experiment'] {
  return assignment && { id: assignment.experimentId, variant: assignment.variant === 'b' ? 'b' : 'a' };
}

const nothing: PlanContext = {
  references: [],
  missingReferences: [],
  workingImages: [],
  preset: undefined,
  warnings: [],
};
