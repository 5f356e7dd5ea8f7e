import { numberBounds, offeredNumbers, seconds } from './apply-rule.js';
import { ratioWords } from './apply-size.js';
import { estimate } from './estimate.js';
import type { Estimate } from './estimate.js';
import type { MediaModel } from './model-schema.js';
import type { JsonSchema } from './native-input.js';
import { parameterSchema } from './parameter-schema.js';

/** What a model can do, in words of the neutral contract. */
export interface Capabilities {
  readonly media: 'image' | 'video';
  /** False: the model understands only the words of its own lists. */
  readonly freePrompt: boolean;
  readonly inputImages: { readonly min: number; readonly max: number };
  readonly mask: boolean;
  readonly maxOutputs: number;
  /** Seconds; empty for still images. */
  readonly durationsS: readonly number[];
  /** Empty when the shape cannot be chosen from a list. */
  readonly aspectRatios: readonly string[];
  readonly audio: boolean;
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  readonly deterministicWithSeed: boolean;
}

/** A catalogue entry for people and front ends: no native names in it. */
export interface ModelDescription {
  readonly id: string;
  readonly title: string;
  readonly provider: MediaModel['provider'];
  readonly kind: MediaModel['kind'];
  readonly workflows: MediaModel['workflows'];
  readonly lifecycle: MediaModel['lifecycle'];
  readonly price: MediaModel['price'];
  /** With the model's defaults; absent when its price is unknown. */
  readonly typical?: Estimate;
  readonly capabilities: Capabilities;
  /** JSON Schema of the neutral parameters that are honoured exactly. */
  readonly parameters: JsonSchema;
  readonly notes: string;
}

/** Describes a model from its mapping, so that the description can't drift from what is done. */
export function describeModel(model: MediaModel): ModelDescription {
  const { id, title, provider, kind, workflows, lifecycle, price, notes } = model;
  return {
    id,
    title,
    provider,
    kind,
    workflows,
    lifecycle,
    price,
    notes,
    ...(price.unit === 'unknown' ? {} : { typical: estimate(model, {}) }),
    capabilities: capabilities(model),
    parameters: parameterSchema(model),
  };
}

/** What a model can do, read from its mapping. */
export function capabilities(model: MediaModel): Capabilities {
  const { numOutputs, durationS, audio, seed, negativePrompt } = model.mapping;
  return {
    media: model.output.media,
    freePrompt: model.prompt.rule === 'field',
    inputImages: model.limits.inputImages,
    mask: model.images.maskField !== undefined,
    maxOutputs:
      numOutputs.rule === 'fixed' ? Number(numOutputs.value) : numberBounds(numOutputs, model.inputSchema).max,
    durationsS: durations(model, durationS),
    aspectRatios: ratioWords(model),
    audio: audio.rule === 'flag' || audio.value === true,
    seed: seed.rule === 'seed',
    negativePrompt: negativePrompt.rule === 'text',
    deterministicWithSeed: model.deterministicWithSeed,
  };
}

function durations(model: MediaModel, rule: MediaModel['mapping']['durationS']): readonly number[] {
  if (rule.rule === 'refuse') return [];
  if (rule.rule === 'fixed') return [Number(rule.value)];
  return offeredNumbers(rule, model.inputSchema).map((native) => seconds(native, rule.perSecond));
}
