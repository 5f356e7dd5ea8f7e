import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkPreset } from '../domain/check-preset.js';
import type { Preset } from '../domain/preset.js';
import { type Suggestion, suggestionCategories } from '../domain/suggestion.js';

/** The same path from `src` and from `dist`. */
const data = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8'));

const presets = z.array(
  z
    .strictObject({
      preset_id: z.string(),
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
    })
    .transform(
      ({ parameters: { guidance_scale: guidanceScale, duration_s: durationS, ...parameters }, ...preset }) => ({
        presetId: preset.preset_id,
        name: preset.name,
        category: preset.category,
        promptTemplate: preset.prompt_template,
        negativePrompt: preset.negative_prompt,
        parameters: { ...parameters, ...(guidanceScale && { guidanceScale }), ...(durationS && { durationS }) },
      }),
    ),
);

const suggestion = z.strictObject({ text: z.string().min(1), description: z.string().min(1) });
const suggestions = z.record(z.enum(suggestionCategories), z.array(suggestion).min(1));

/** The presets that come with the product, in the order in which they are shown. Wrong data stops the start. */
export function loadBuiltInPresets(): Preset[] {
  return presets.parse(data('presets.json')).map((input) => {
    const checked = checkPreset(input);
    if ('violations' in checked) {
      const problems = checked.violations.map(({ field, message }) => `${field} ${message}`);
      throw new Error(`presets.json: ${input.presetId}: ${problems.join(', ')}`);
    }
    return { ...checked.content, visibility: 'builtin', ownerId: '', useCount: 0, version: 1 };
  });
}

/** The suggestions that come with the product, by category in the order in which they are shown. */
export function loadBuiltInSuggestions(): Suggestion[] {
  const byCategory = suggestions.parse(data('suggestions.json'));
  return suggestionCategories.flatMap((category) => byCategory[category].map((found) => ({ ...found, category })));
}
