import { z } from 'zod';
import { camelObject } from './camel-object.js';
import type { Frozen } from './frozen.js';

/** Dotted path of a native field, for example `num_outputs`. Allowed values come from the model's input schema. */
const field = z.string().min(1);
const native = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const positive = z.number().positive();

const refuse = camelObject({ rule: z.literal('refuse'), reason: z.string().min(1) });
/** Passed on word for word. */
const text = camelObject({ rule: z.literal('text'), field });
/** Said in the prompt instead, `{value}` being the parameter: an approximation. */
const append = camelObject({ rule: z.literal('append'), template: z.string().includes('{value}') });
/** A number within bounds; outside them it is clamped (an approximation) or refused. */
const number = camelObject({
  rule: z.literal('number'),
  field,
  min: z.number().optional(),
  max: z.number().optional(),
  outside: z.enum(['clamp', 'refuse']).default('clamp'),
  /** The native field runs the other way round: native = max − value. */
  invert: z.boolean().default(false),
  needs_image: z.boolean().default(false),
});
/** A 31-bit seed; `set` names other native fields it needs, for example `go_fast: false` to make it count. */
const seed = camelObject({ rule: z.literal('seed'), field, set: native.default({}) });
const flag = camelObject({ rule: z.literal('flag'), field });
/** One of the native words; `names` are exact synonyms, `approximate` are stand-ins that get a warning. */
const choice = camelObject({
  rule: z.literal('choice'),
  field,
  values: z.array(z.string()).optional(),
  names: z.record(z.string(), z.string()).default({}),
  approximate: z.record(z.string(), z.string()).default({}),
  default: z.string().optional(),
});
/** Words that stand for numbers of a native field; `approximate` are stand-ins that get a warning. Without a wish nothing is sent. */
const level = camelObject({
  rule: z.literal('level'),
  field,
  levels: z.record(z.string(), z.number()),
  approximate: z.record(z.string(), z.string()).default({}),
});
/** The nearest native number; `per_second` turns seconds into frames. The default is a native number and is sent. */
const nearest = camelObject({
  rule: z.literal('nearest'),
  field,
  per_second: positive.default(1),
  default: z.number().optional(),
});
/** The model always does this; any other wish is approximated by it or refused. */
const fixed = camelObject({
  rule: z.literal('fixed'),
  value: z.union([z.string(), z.number(), z.boolean()]),
  otherwise: z.enum(['approximate', 'refuse']).default('refuse'),
  reason: z.string().min(1),
});
/** The nearest of the native `W:H` words. */
const ratio = camelObject({ rule: z.literal('ratio'), field, ignored_with_image: z.boolean().default(false) });
/** Expressed as a size, through the model's size rule. */
const ratioBySize = camelObject({ rule: z.literal('ratio_by_size') });
/** Separate native width and height fields. */
const sizeCustom = camelObject({
  rule: z.literal('size_custom'),
  width_field: field,
  height_field: field,
  step: positive,
  set: native.default({}),
});
/** One native `WIDTHxHEIGHT` text with free numbers. */
const sizeText = camelObject({
  rule: z.literal('size_text'),
  field,
  step: positive,
  min_pixels: positive,
  max_pixels: positive,
  max_edge: positive,
  max_ratio: positive,
  /** Sent instead of a size when images are given and no size is wished. */
  with_image: z.string().optional(),
  default: z.tuple([positive, positive]),
});
/** The nearest of the native `WIDTHxHEIGHT` words. */
const sizeChoice = camelObject({
  rule: z.literal('size_choice'),
  field,
  with_image: z.string().optional(),
  default: z.tuple([positive, positive]),
});
/** No size field: the shape goes through the aspect-ratio rule, the short edge through `resolution` if there is one. */
const sizeByRatio = camelObject({
  rule: z.literal('size_by_ratio'),
  resolution: camelObject({ field, short_edges: z.record(z.string(), positive) }).optional(),
});

/** In the data file a bare sentence means: refused, for this reason. */
function oneOf<const Rules extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  ...rules: Rules
) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? { rule: 'refuse', reason: value } : value),
    z.discriminatedUnion('rule', rules),
  );
}

/** One rule for every neutral parameter: none may be forgotten. */
export const mappingSchema = camelObject({
  negative_prompt: oneOf(refuse, text, append),
  size: oneOf(refuse, sizeCustom, sizeText, sizeChoice, sizeByRatio),
  aspect_ratio: oneOf(refuse, ratio, ratioBySize),
  seed: oneOf(refuse, seed),
  steps: oneOf(refuse, number),
  guidance_scale: oneOf(refuse, number),
  strength: oneOf(refuse, number),
  num_outputs: oneOf(number, fixed),
  duration_s: oneOf(refuse, nearest, fixed),
  fps: oneOf(refuse, fixed),
  output_format: oneOf(refuse, choice, fixed),
  quality: oneOf(refuse, choice, level),
  audio: oneOf(flag, fixed),
});

/** How the neutral parameters reach one model. */
export type Mapping = Frozen<z.output<typeof mappingSchema>>;
/** Any rule of any parameter. */
export type Rule = Mapping[keyof Mapping];
/** The rules for one parameter at a time, that is all but those for sizes and aspect ratios. */
export type ScalarRule = Mapping[Exclude<keyof Mapping, 'size' | 'aspectRatio'>];
export type SizeRule = Mapping['size'];
export type RatioRule = Mapping['aspectRatio'];
