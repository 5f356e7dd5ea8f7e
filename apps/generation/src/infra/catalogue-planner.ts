import {
  type Catalogue,
  estimate,
  type GenerationParameters,
  isMediaModel,
  mapParameters,
  type MappingRequest,
  type MediaModel,
  UnknownPriceError,
  type Violation,
} from '@atelier/model-catalog';
import type { ModelPlanner, PlanRequest, PlanResult, Random } from '../domain/ports.js';

/** Plans attempts with the model catalogue: parameters in the model's own terms, and the price. */
export class CataloguePlanner implements ModelPlanner {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly random: Pick<Random, 'seed'>,
    private readonly now: () => number,
  ) {}

  plan(modelId: string, request: PlanRequest): PlanResult {
    const serving = this.catalogue.resolve(modelId, new Date(this.now()));
    if (!serving || !isMediaModel(serving.model)) {
      return refused('unknown_model', [
        { field: 'model_id', message: `There is no model ${modelId} that makes media.` },
      ]);
    }
    const { model } = serving;
    const mapped = map(model, request, this.withSeed(model, request.parameters));
    if (!mapped.ok) return refused('not_supported', mapped.violations);
    try {
      const inputs = { images: request.imageCount, promptCharacters: promptCharacters(mapped.input, request) };
      const { costMicros, costRangeMicros, timeS } = estimate(model, mapped.effective, inputs);
      return {
        ok: true,
        plan: {
          modelId: model.id,
          provider: model.provider,
          version: model.version,
          media: model.output.media,
          input: mapped.input,
          imageFields: mapped.imageFields,
          parameters: mapped.effective,
          estimatedCostMicros: costMicros,
          reservedCostMicros: model.price.unit === 'image_token' ? costRangeMicros[1] : costMicros,
          expectedMs: timeS * 1_000,
          deterministic: model.deterministicWithSeed,
          warnings: [...serving.notes, ...mapped.warnings],
          abilities: { seed: model.mapping.seed.rule === 'seed', repeatable: model.deterministicWithSeed },
        },
      };
    } catch (error) {
      if (!(error instanceof UnknownPriceError)) throw error;
      return refused('price_unknown', [{ field: 'model_id', message: error.message }]);
    }
  }

  /** An own seed where the model takes one: it makes the result repeatable, and the request recognisable at the provider. */
  private withSeed(model: MediaModel, parameters: GenerationParameters): GenerationParameters {
    if (model.mapping.seed.rule !== 'seed' || parameters.seed !== undefined) return parameters;
    return { ...parameters, seed: this.random.seed() };
  }
}

/**
 * The parameters were mapped for some model before; what this one can not honour is then dropped with a warning, while
 * everything else (prompt, images, mask) must fit.
 */
function map(model: MediaModel, { prompt, imageCount, hasMask }: PlanRequest, parameters: GenerationParameters) {
  const request: MappingRequest = { prompt, imageCount, hasMask, explicit: parameters, soft: {} };
  const strict = mapParameters(model, request);
  return strict.ok ? strict : mapParameters(model, { ...request, explicit: {}, soft: parameters });
}

/** Of the prompt as the model gets it, which may have grown by what has no field of its own. */
function promptCharacters(input: Readonly<Record<string, unknown>>, { prompt }: PlanRequest): number {
  const { prompt: native } = input;
  return typeof native === 'string' ? native.length : prompt.length;
}

function refused(reason: (PlanResult & { ok: false })['reason'], violations: readonly Violation[]): PlanResult {
  return { ok: false, reason, violations };
}
