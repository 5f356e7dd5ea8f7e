import { applyDefault } from './apply-rule.js';
import type { GenerationParameters } from './generation-parameters.js';
import { CHARACTERS_PER_TOKEN, imageOutputTokens, INPUT_TOKENS_PER_IMAGE } from './image-tokens.js';
import type { MediaModel } from './model-schema.js';
import { ownValue } from './own-value.js';
import { UnknownPriceError } from './unknown-price-error.js';

/** What a generation will probably cost and take. Integers throughout: micro-dollars and seconds. */
export interface Estimate {
  readonly costMicros: number;
  /** Low and high; the cost lies between them. */
  readonly costRangeMicros: readonly [number, number];
  readonly timeS: number;
  /** Half of the generations take no longer than the first, 95 of 100 no longer than the second. */
  readonly timeRangeS: readonly [number, number];
}

/** Inputs that token-priced models bill. */
export interface EstimateInputs {
  readonly images?: number;
  readonly promptCharacters?: number;
}

/**
 * Estimates a generation with its effective parameters (see mapParameters).
 * @throws UnknownPriceError when the catalogue can't tell the price.
 */
export function estimate(model: MediaModel, effective: GenerationParameters, inputs: EstimateInputs = {}): Estimate {
  const cost = costMicros(model, effective, inputs);
  const [low, high] = model.price.unit === 'unknown' ? [100, 100] : model.price.rangePercent;
  const scale = timeScale(model, effective);
  const p50 = Math.ceil(model.typicalTimeS * scale);
  const p95 = Math.ceil((model.p95TimeS ?? 2 * model.typicalTimeS) * scale);
  return {
    costMicros: cost,
    costRangeMicros: [Math.max(1, Math.floor((cost * low) / 100)), Math.ceil((cost * high) / 100)],
    timeS: p50,
    timeRangeS: [p50, Math.max(p50, p95)],
  };
}

function costMicros(model: MediaModel, effective: GenerationParameters, inputs: EstimateInputs): number {
  const { price } = model;
  const outputs = effective.numOutputs ?? 1;
  switch (price.unit) {
    case 'image': {
      const { quality, steps } = effective;
      const unit = ownValue(price.byQuality, quality) ?? price.amountMicros;
      const growth = price.atSteps !== undefined && steps !== undefined ? Math.max(1, steps / price.atSteps) : 1;
      return Math.ceil(unit * growth) * outputs;
    }
    case 'second': {
      const duration = effective.durationS ?? defaultDurationS(model);
      if (duration === undefined) throw new UnknownPriceError(model.id, 'its length is not known.');
      return Math.ceil(price.amountMicros * duration) * outputs;
    }
    case 'image_token': {
      const factor = ownValue(price.axisFactors, effective.quality ?? 'medium');
      if (factor === undefined) throw new UnknownPriceError(model.id, `quality ${effective.quality} has no price.`);
      const tokens = imageOutputTokens(factor, effective.width ?? 1024, effective.height ?? 1024);
      const text = Math.ceil((inputs.promptCharacters ?? 0) / CHARACTERS_PER_TOKEN);
      const perMillion =
        tokens * outputs * price.imageOutputMicrosPerMillion +
        (inputs.images ?? 0) * INPUT_TOKENS_PER_IMAGE * price.imageInputMicrosPerMillion +
        text * price.textInputMicrosPerMillion;
      return Math.ceil(perMillion / 1_000_000);
    }
    case 'unknown':
      throw new UnknownPriceError(model.id, 'the catalogue has none.');
  }
}

/**
 * Time of a generation as a multiple of the model's usual one. Half of it does not depend on the length of a video; every
 * further image adds a quarter.
 */
export function timeScale(model: MediaModel, effective: GenerationParameters): number {
  const usual = defaultDurationS(model);
  if (model.output.media === 'video' && usual !== undefined)
    return 0.5 + (0.5 * (effective.durationS ?? usual)) / usual;
  return 1 + 0.25 * ((effective.numOutputs ?? 1) - 1);
}

function defaultDurationS(model: MediaModel): number | undefined {
  const { used } = applyDefault(model.mapping.durationS, model.inputSchema);
  return typeof used === 'number' ? used : undefined;
}
