import {
  type Catalogue,
  estimate,
  type Estimate,
  type GenerationParameters,
  isMediaModel,
  mapParameters,
  type MediaModel,
  UnknownPriceError,
  type Violation,
  type Workflow,
  workflowProperties,
} from '@atelier/model-catalog';
import { type Candidate, candidates, type QualityPreference } from './candidates.js';
import type { ModelHealthSource } from './model-health.js';

/** What a model is chosen for. */
export interface SelectionRequest {
  readonly workflow: Workflow;
  readonly prompt: string;
  readonly imageCount: number;
  readonly hasMask: boolean;
  readonly quality: QualityPreference;
  /** Empty when free to choose. */
  readonly modelId: string;
  /** Empty when free to choose. */
  readonly provider: string;
  /** 0..1; below 0.8 the reasoning says so. */
  readonly intentConfidence: number;
  readonly explicit: GenerationParameters;
  readonly soft: GenerationParameters;
}

/** The chosen model and all that is said about the choice. */
export interface Selection {
  readonly model: MediaModel;
  readonly reasoning: string;
  /** Ids of models that can serve the same request, best first. */
  readonly fallbackModels: readonly string[];
  readonly estimate: Estimate;
  readonly parameters: GenerationParameters;
  readonly warnings: readonly string[];
  /** `image` when the workflow needs one that is not there. */
  readonly missingInputs: readonly string[];
}

/** Why nothing could be chosen; an expected outcome, so data. */
export type Refusal =
  | { readonly kind: 'unknown_model' }
  | { readonly kind: 'not_suitable'; readonly message: string }
  | { readonly kind: 'refused'; readonly violations: readonly Violation[] };

interface Fit extends Candidate {
  readonly parameters: GenerationParameters;
  readonly warnings: readonly string[];
  readonly estimate: Estimate;
}

/** Chooses a model; the same request and health always give the same answer. */
export class SelectModel {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: ModelHealthSource,
    private readonly now: () => Date = () => new Date(),
  ) {}

  select(request: SelectionRequest): Selection | Refusal {
    const considered = request.modelId ? this.pinned(request) : this.free(request);
    if (!Array.isArray(considered)) return considered;
    const skipped: string[] = [];
    const refusals: Violation[][] = [];
    const fits: Fit[] = [];
    for (const candidate of considered) {
      const fit = this.fit(candidate, request);
      if (!('violations' in fit)) fits.push(fit);
      else {
        refusals.push([...fit.violations]);
        if (fits.length === 0)
          skipped.push(`${candidate.model.id} can’t (${fit.violations.map(({ message }) => message).join(' ')})`);
      }
    }
    const usable = fits.filter(({ model }) => this.health.healthOf(model.id, model.provider).available);
    const [chosen, ...rest] = usable.length > 0 ? usable : fits;
    if (!chosen)
      return {
        kind: 'refused',
        violations: refusals[0] ?? [{ field: 'provider', message: 'No model of this provider serves the workflow.' }],
      };
    for (const { model } of fits.slice(0, fits.indexOf(chosen)))
      skipped.push(`${model.id} is not available at the moment`);
    return {
      model: chosen.model,
      reasoning: reasoning(chosen, skipped, request.intentConfidence),
      fallbackModels: rest.filter(({ why }) => !why.startsWith('able')).map(({ model }) => model.id),
      estimate: this.measured(chosen),
      parameters: chosen.parameters,
      warnings: chosen.warnings,
      missingInputs: workflowProperties(request.workflow).needsImage && request.imageCount === 0 ? ['image'] : [],
    };
  }

  private free(request: SelectionRequest): Candidate[] | Refusal {
    const list = candidates(this.catalogue, request.workflow, request.quality, request.provider);
    return list.flatMap(({ model, why }) => {
      const serving = this.catalogue.resolve(model.id, this.now());
      return serving && isMediaModel(serving.model)
        ? [{ model: serving.model, why: [why, ...serving.notes].join('; ') }]
        : [];
    });
  }

  private pinned(request: SelectionRequest): Candidate[] | Refusal {
    const serving = this.catalogue.resolve(request.modelId, this.now());
    if (!serving) return { kind: 'unknown_model' };
    const { model } = serving;
    const { media } = workflowProperties(request.workflow);
    if (!isMediaModel(model) || model.output.media !== media) {
      return { kind: 'not_suitable', message: `${model.id} makes no ${media}, which ${request.workflow} needs.` };
    }
    if (request.provider && model.provider !== request.provider) {
      return { kind: 'not_suitable', message: `${model.id} is not a model of ${request.provider}.` };
    }
    return [{ model, why: ['chosen by the caller', ...serving.notes].join('; ') }];
  }

  /** With no image at all the plan is made as if the needed ones were there; what is missing is listed beside it. */
  private fit(candidate: Candidate, request: SelectionRequest): Fit | { violations: readonly Violation[] } {
    const { model } = candidate;
    const needed = workflowProperties(request.workflow).needsImage && request.imageCount === 0;
    const imageCount = needed ? Math.max(1, model.limits.inputImages.min) : request.imageCount;
    const mapped = mapParameters(model, { ...request, imageCount });
    if (!mapped.ok) return { violations: mapped.violations };
    try {
      const inputs = { images: imageCount, promptCharacters: request.prompt.length };
      return {
        ...candidate,
        parameters: mapped.effective,
        warnings: mapped.warnings,
        estimate: estimate(model, mapped.effective, inputs),
      };
    } catch (error) {
      if (error instanceof UnknownPriceError) return { violations: [{ field: 'model_id', message: error.message }] };
      throw error;
    }
  }

  /** The estimate with measured times in place of typical ones, once they are known. */
  private measured({ model, estimate: typical }: Fit): Estimate {
    const { p50S, p95S } = this.health.healthOf(model.id, model.provider);
    if (p50S === undefined || p95S === undefined) return typical;
    return { ...typical, timeS: p50S, timeRangeS: [p50S, Math.max(p50S, p95S)] };
  }
}

function reasoning(chosen: Fit, skipped: readonly string[], confidence: number): string {
  const parts = [
    `${chosen.model.id} is ${chosen.why}`,
    ...skipped,
    ...chosen.warnings.map((warning) => warning.replace(/\.$/, '')),
  ];
  if (confidence < 0.8) parts.push(`low confidence: ${confidence.toFixed(2)}`);
  return parts.join('; ');
}
