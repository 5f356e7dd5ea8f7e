import { z } from 'zod';
import { camelObject } from './camel-object.js';
import type { Frozen } from './frozen.js';

/** Comma-separated words or phrases. */
const phrases = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((phrase) => phrase.trim())
      .filter((phrase) => phrase !== ''),
  );

/** A model with a prompt field. */
const free = camelObject({ rule: z.literal('field'), field: z.string().min(1) });

/** A native list of words (the enum in the input schema) that a text may name. */
const list = camelObject({
  field: z.string().min(1),
  /** Other words for a value of the list. */
  words: z.record(z.string(), z.string()).default({}),
  /** Values that no text means. */
  skip: z.array(z.string()).default([]),
  /** Naming a value of this list is not enough to make a text fit. */
  optional: z.boolean().default(false),
});

/** A model without a prompt: only a text that its vocabulary covers completely fits it. */
const vocabulary = camelObject({
  rule: z.literal('vocabulary'),
  /** What the model can be asked for, in words for a person. */
  offers: z.string().min(1),
  lists: z.array(list).default([]),
  /** Words or phrases that ask for what the model always does. */
  intents: phrases,
  /** Words that add nothing to be honoured, besides the common ones. */
  filler: phrases,
});

export const promptSchema = z.discriminatedUnion('rule', [free, vocabulary]);

/** How a text reaches one model. */
export type PromptRule = Frozen<z.output<typeof promptSchema>>;
export type VocabularyRule = Extract<PromptRule, { rule: 'vocabulary' }>;
