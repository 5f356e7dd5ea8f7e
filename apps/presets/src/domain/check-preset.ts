import type { FieldViolation } from '@atelier/errors';
import { z } from 'zod';
import { lowest, type NumberName, type ParameterLimits, type WordName } from './parameter-limits.js';
import { type PresetContent, promptPlaceholder } from './preset.js';
import { plainText } from './text.js';

const longestText = 2_000;

/** Paths under /api/presets that are no presets. */
const reservedIds: readonly string[] = ['popular', 'apply'];

/** Parameters that some model takes; what the chosen one can't honour it says itself. */
export const parametersWithin = (limits: ParameterLimits) => {
  const number = (name: NumberName) =>
    z.number().min(lowest[name], `must be at least ${lowest[name]}`).max(limits.most[name], atMost(limits.most[name]));
  const whole = (name: NumberName) => number(name).int('must be a whole number').optional();
  const word = (name: WordName) => z.enum([...limits.words[name]], `must be ${list(limits.words[name])}`).optional();
  return z.object({
    width: whole('width'),
    height: whole('height'),
    aspectRatio: z
      .string()
      .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/, 'must look like 16:9')
      .optional(),
    seed: whole('seed'),
    steps: whole('steps'),
    guidanceScale: number('guidanceScale').optional(),
    strength: number('strength').optional(),
    numOutputs: whole('numOutputs'),
    durationS: number('durationS').optional(),
    fps: number('fps').optional(),
    outputFormat: word('outputFormat'),
    quality: word('quality'),
    audio: z.boolean().optional(),
  });
};

const contentWithin = (limits: ParameterLimits) =>
  z.object({
    presetId: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,63}$/,
        'must be 1 to 64 lower-case letters, digits, _ or -, and begin with a letter or digit',
      )
      .refine((id) => !reservedIds.includes(id), 'is reserved'),
    name: plainText(1, 100),
    category: z.enum(['image', 'video'], { error: 'must be image or video' }),
    promptTemplate: plainText(1, longestText).refine(
      (template) => template.split(promptPlaceholder).length === 2,
      `must hold ${promptPlaceholder} exactly once`,
    ),
    negativePrompt: plainText(0, longestText),
    parameters: parametersWithin(limits),
  });

/** Made once: the limits are those of the running program. */
const schemas = new WeakMap<ParameterLimits, ReturnType<typeof contentWithin>>();

function schemaOf(limits: ParameterLimits): ReturnType<typeof contentWithin> {
  const schema = schemas.get(limits) ?? contentWithin(limits);
  schemas.set(limits, schema);
  return schema;
}

/** A preset's content as sent, before anything is known about it. */
export type PresetInput = Omit<PresetContent, 'category'> & { readonly category: string };

/** The content, trimmed, or what is wrong with it; fields are named as in REST. */
export function checkPreset(
  input: PresetInput,
  limits: ParameterLimits,
): { readonly content: PresetContent } | { readonly violations: readonly FieldViolation[] } {
  const { negativePrompt, ...rest } = input.parameters;
  // Older front ends send it among the parameters; it is kept in one place.
  const parsed = schemaOf(limits).safeParse({
    ...input,
    negativePrompt: input.negativePrompt || (negativePrompt ?? ''),
    parameters: rest,
  });
  if (parsed.success) return { content: parsed.data };
  const violations = parsed.error.issues.map(({ path, message }) => ({
    field: path.map(snakeCase).join('.'),
    message,
  }));
  // One sentence for a field is enough: an empty template also lacks its placeholder.
  return {
    violations: violations.filter(({ field }, at) => violations.findIndex((other) => other.field === field) === at),
  };
}

function snakeCase(key: PropertyKey): string {
  const field = String(key).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return field === 'preset_id' ? 'id' : field;
}

function atMost(value: number): string {
  return `must be at most ${value}: no model takes more`;
}

function list(words: readonly string[]): string {
  return `one of ${words.join(', ')}`;
}
