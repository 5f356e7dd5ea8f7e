import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkPreset } from '../domain/check-preset.js';
import type { ParameterLimits } from '../domain/parameter-limits.js';
import type { BuiltInPreset, PresetContent } from '../domain/preset.js';
import { type Suggestion, suggestionCategories } from '../domain/suggestion.js';

/** The same path from `src` and from `dist`. */
const data = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8'));

const look = {
  name: z.string(),
  category: z.string(),
  prompt_template: z.string(),
  negative_prompt: z.string(),
  parameters: z.strictObject({
    width: z.number().optional(),
    height: z.number().optional(),
    steps: z.number().optional(),
    guidance_scale: z.number().optional(),
    duration_s: z.number().optional(),
    fps: z.number().optional(),
  }),
};
const version = z.int().min(1);
const presets = z.array(
  z.strictObject({
    preset_id: z.string(),
    version,
    ...look,
    /** What it was in earlier releases, so that versions can be compared. */
    earlier: z.array(z.strictObject({ version, ...look })).default([]),
  }),
);
type Look = z.output<z.ZodObject<typeof look>>;

const suggestion = z.strictObject({ text: z.string().min(1), description: z.string().min(1) });
const suggestions = z.record(z.enum(suggestionCategories), z.array(suggestion).min(1));

/** The presets that come with the product, in the order in which they are shown. Wrong data stops the start. */
export function loadBuiltInPresets(limits: ParameterLimits): BuiltInPreset[] {
  return readBuiltInPresets(data('presets.json'), limits);
}

/** Built-in presets from data of that form. */
export function readBuiltInPresets(from: unknown, limits: ParameterLimits): BuiltInPreset[] {
  return presets.parse(from).map(({ preset_id: presetId, version: current, earlier, ...newest }) => {
    const read = (one: Look): PresetContent => contentOf(presetId, one, limits);
    return {
      ...read(newest),
      visibility: 'builtin',
      ownerId: '',
      useCount: 0,
      version: current,
      earlier: earlier
        .map((former) => ({ ...read(former), version: former.version, visibility: 'builtin' as const }))
        .toSorted((one, other) => other.version - one.version),
    };
  });
}

function contentOf(presetId: string, { parameters, ...rest }: Look, limits: ParameterLimits): PresetContent {
  const { guidance_scale: guidanceScale, duration_s: durationS, ...same } = parameters;
  const checked = checkPreset(
    {
      presetId,
      name: rest.name,
      category: rest.category,
      promptTemplate: rest.prompt_template,
      negativePrompt: rest.negative_prompt,
      parameters: { ...same, ...(guidanceScale && { guidanceScale }), ...(durationS && { durationS }) },
    },
    limits,
  );
  if ('content' in checked) return checked.content;
  const problems = checked.violations.map(({ field, message }) => `${field} ${message}`);
  throw new Error(`presets.json: ${presetId}: ${problems.join(', ')}`);
}

/** The suggestions that come with the product, by category in the order in which they are shown. */
export function loadBuiltInSuggestions(): Suggestion[] {
  const byCategory = suggestions.parse(data('suggestions.json'));
  return suggestionCategories.flatMap((category) => byCategory[category].map((found) => ({ ...found, category })));
}
