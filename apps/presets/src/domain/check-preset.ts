import type { FieldViolation } from '@atelier/errors';
import { z } from 'zod';
import { type PresetContent, promptPlaceholder } from './preset.js';
import { plainText } from './text.js';

const longestText = 2_000;

/** Paths under /api/presets that are no presets. */
const reservedIds: readonly string[] = ['popular', 'apply'];

const whole = (min: number, max: number) =>
  z
    .number()
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .optional();
const number = (min: number, max: number) =>
  z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`).optional();

/** As wide as any model; what the chosen one can't honour it says itself. */
const parameters = z.object({
  width: whole(16, 8192),
  height: whole(16, 8192),
  aspectRatio: z
    .string()
    .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/, 'must look like 16:9')
    .optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  steps: whole(1, 150),
  guidanceScale: number(0, 30),
  strength: number(0, 1),
  numOutputs: whole(1, 4),
  durationS: number(0.1, 60),
  fps: number(1, 120),
  outputFormat: z
    .string()
    .regex(/^[a-z0-9]{2,5}$/, 'must be a format such as png')
    .optional(),
  quality: plainText(1, 20).optional(),
  audio: z.boolean().optional(),
});

const content = z.object({
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
  parameters,
});

/** A preset's content as sent, before anything is known about it. */
export type PresetInput = Omit<PresetContent, 'category'> & { readonly category: string };

/** The content, trimmed, or what is wrong with it; fields are named as in REST. */
export function checkPreset(
  input: PresetInput,
): { readonly content: PresetContent } | { readonly violations: readonly FieldViolation[] } {
  const { negativePrompt, ...rest } = input.parameters;
  // Older front ends send it among the parameters; it is kept in one place.
  const parsed = content.safeParse({
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
