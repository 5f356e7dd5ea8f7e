import { z } from 'zod';
import { camelObject } from './camel-object.js';
import type { Frozen } from './frozen.js';

/** Integer micro-dollars, never zero: nothing is free. */
const micros = z.int().positive();
/** What the real price may be, in percent of the estimate: [low, high]. */
const range = z.tuple([z.number().positive().max(100), z.number().min(100)]).default([100, 100]);

const perImage = camelObject({
  unit: z.literal('image'),
  amount_micros: micros,
  /** Other prices by the native quality word. */
  by_quality: z.record(z.string(), micros).default({}),
  /** The price is for so many steps and grows with them. */
  at_steps: z.int().positive().optional(),
  range_percent: range,
});
const perSecond = camelObject({ unit: z.literal('second'), amount_micros: micros, range_percent: range });
/** Images billed by tokens, whose number follows from quality and size (see image-tokens.ts). */
const perImageToken = camelObject({
  unit: z.literal('image_token'),
  text_input_micros_per_million: micros,
  image_input_micros_per_million: micros,
  image_output_micros_per_million: micros,
  axis_factors: z.record(z.string(), z.int().positive()),
  range_percent: range,
});
const perToken = camelObject({
  unit: z.literal('token'),
  input_micros_per_million: micros,
  cached_input_micros_per_million: micros,
  output_micros_per_million: micros,
  /** Fee of one use of the provider's web-search tool; absent where the model can't search or the fee isn't known. */
  web_search_micros: micros.optional(),
});
/** Keeps a model in the catalogue without letting anyone buy from it. */
const unknown = camelObject({ unit: z.literal('unknown') });

export const mediaPriceSchema = z.discriminatedUnion('unit', [perImage, perSecond, perImageToken, unknown]);
export const languagePriceSchema = z.discriminatedUnion('unit', [perToken, unknown]);

/** What one unit of a model costs, in integer micro-dollars. */
export type Price = Frozen<z.output<typeof mediaPriceSchema> | z.output<typeof languagePriceSchema>>;
export type MediaPrice = Frozen<z.output<typeof mediaPriceSchema>>;
