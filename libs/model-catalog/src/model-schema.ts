import { z } from 'zod';
import { camelObject } from './camel-object.js';
import type { Frozen } from './frozen.js';
import { languagePriceSchema, mediaPriceSchema } from './price-schema.js';
import { promptSchema } from './prompt-schema.js';
import { mappingSchema } from './rule-schema.js';
import { WORKFLOW_NAMES } from './workflow.js';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/);
const date = z.iso.date();

/** `available` models are chosen only when a caller names them or their provider. */
const place = camelObject({
  workflow: z.enum(WORKFLOW_NAMES),
  variant: z.enum(['primary', 'fallback', 'speed', 'quality', 'available']),
  /** Place among the fallbacks, from 1. */
  order: z.int().positive().default(1),
  /** Models of a workflow with the same word do its work about as well: an operator may choose and share between them. */
  peers: z.string().min(1).optional(),
});

const lifecycle = z.discriminatedUnion('status', [
  camelObject({ status: z.literal('active') }),
  camelObject({ status: z.literal('deprecated'), shutdown_date: date, successor: id }),
  camelObject({ status: z.literal('shut_down'), shutdown_date: date, successor: id }),
]);

const common = {
  id,
  title: z.string().min(1),
  provider: z.enum(['replicate', 'openai', 'gemini']),
  lifecycle,
  /** Where the facts came from, and what is not certain about them. */
  notes: z.string().min(1),
  typical_time_s: z.number().positive(),
};

/** A model that makes images or videos. */
const mediaModel = camelObject({
  ...common,
  kind: z.enum(['image', 'image_edit', 'video']),
  workflows: z.array(place),
  /** False: the provider runs it only by `version`. */
  official: z.boolean(),
  version: z.string().optional(),
  price: mediaPriceSchema,
  /** Default: twice the typical time. */
  p95_time_s: z.number().positive().optional(),
  limits: camelObject({
    input_images: camelObject({ min: z.int().nonnegative(), max: z.int().nonnegative() }),
    prompt_characters: z.int().positive(),
  }),
  output: camelObject({
    media: z.enum(['image', 'video']),
    form: z.enum(['uri', 'uri_list', 'base64', 'inline_data']),
  }),
  /** The same input and seed give the same output, so a result may be answered again. */
  deterministic_with_seed: z.boolean(),
  input_schema: z.record(z.string(), z.unknown()),
  /** The provider's version that `input_schema` was refreshed from. */
  schema_version: z.string().optional(),
  /** Native fields that are always sent with these values. */
  constants: z.record(z.string(), z.unknown()).default({}),
  prompt: promptSchema,
  images: camelObject({
    fields: z.array(camelObject({ field: z.string(), take: z.int().positive(), list: z.boolean().default(false) })),
    mask_field: z.string().optional(),
    /** Said whenever images are given. */
    warning: z.string().optional(),
  }),
  mapping: mappingSchema,
});

/** A model that answers text. */
const languageModel = camelObject({
  ...common,
  kind: z.literal('llm'),
  price: languagePriceSchema,
  /** The request parameters that it accepts. */
  call: camelObject({
    temperature: z.boolean(),
    max_tokens_field: z.enum(['max_tokens', 'max_completion_tokens']),
    reasoning_effort: z.string().optional(),
    structured_output: z.boolean(),
  }),
});

export const catalogueSchema = z.strictObject({
  $comment: z.string().optional(),
  aliases: z.array(camelObject({ id, alias_of: id, notes: z.string().min(1) })),
  models: z.array(z.discriminatedUnion('kind', [mediaModel, languageModel])),
});

export type CatalogueData = Frozen<z.output<typeof catalogueSchema>>;
/** Another name for a model. */
export type Alias = CatalogueData['aliases'][number];
/** A model that makes images or videos. */
export type MediaModel = Frozen<z.output<typeof mediaModel>>;
/** A model that answers text. */
export type LanguageModel = Frozen<z.output<typeof languageModel>>;
/** One entry of the catalogue. */
export type CatalogueModel = MediaModel | LanguageModel;

/** True for models that make images or videos. */
export function isMediaModel(model: CatalogueModel): model is MediaModel {
  return model.kind !== 'llm';
}
