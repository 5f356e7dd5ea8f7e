import { z } from 'zod';
import { Prompt } from '../enhanced/process.schema.js';
import { GenerationParameters, ParametersInput } from '../http/generation-parameters.js';
import { text, Timestamp } from '../http/schemas.js';

export const Category = z.enum(['image', 'video']);
const longestText = 2000;

/** Both names of the guidance scale, so that old and new forms can spread them as they are. */
export const PresetParameters = z.object({
  ...GenerationParameters.shape,
  cfg_scale: GenerationParameters.shape.guidance_scale.describe('The same as guidance_scale, for older front ends.'),
});

export const Preset = z
  .object({
    id: z.string(),
    name: z.string(),
    category: Category,
    prompt_template: z.string().describe('Holds `{prompt}` exactly once.'),
    negative_prompt: z.string(),
    parameters: PresetParameters.describe('Can be spread into the bodies of /api/generate.'),
    visibility: z.enum(['private', 'shared', 'builtin']),
    own: z.boolean().describe('Yours to change.'),
    use_count: z.int(),
    version: z.int().describe('Counts up with every change.'),
    created_at: Timestamp.nullable(),
    updated_at: Timestamp.nullable(),
  })
  .meta({ id: 'Preset' });
export type Preset = z.output<typeof Preset>;

export const PresetList = z
  .object({ presets: z.array(Preset), total: z.int().describe('How many there are, also beyond the 500 listed.') })
  .meta({ id: 'PresetList' });
export type PresetList = z.output<typeof PresetList>;

export const PresetsQuery = z.object({
  category: Category.optional(),
  owner: z.enum(['me', 'builtin', 'shared']).optional(),
  q: text(0, 200).default('').describe('Words to find in name and template.'),
});
export type PresetsQuery = z.output<typeof PresetsQuery>;

/** What is no id is answered as not found by the service, which knows the form. */
export const PresetParams = z.object({
  id: z.string().min(1).max(200).describe('A preset, or the token of a share link where it is read or applied.'),
});

/** Refused, not cleaned: a look is kept as its owner wrote it. */
const plainText = (min: number, max: number) =>
  z
    .string()
    .refine((value) => !/[^\P{Cc}\t\n\r]/u.test(value), { error: 'must not hold control characters', abort: true })
    .pipe(text(min, max));

const content = {
  name: plainText(1, 100),
  category: Category,
  prompt_template: plainText(1, longestText).describe('Holds `{prompt}` exactly once.'),
  negative_prompt: plainText(0, longestText).optional(),
  parameters: ParametersInput.optional(),
  visibility: z.enum(['private', 'shared']).default('private'),
};

export const CreatePresetBody = z
  .strictObject({
    id: z.string().describe('1 to 64 lower-case letters, digits, _ or -; the same name space for everybody.'),
    ...content,
  })
  .meta({ id: 'CreatePresetRequest' });
export type CreatePresetBody = z.output<typeof CreatePresetBody>;

export const UpdatePresetBody = z
  .strictObject({ id: z.string().optional().describe('May be sent along; must be the id of the path.'), ...content })
  .meta({ id: 'UpdatePresetRequest' });
export type UpdatePresetBody = z.output<typeof UpdatePresetBody>;

export const ApplyPresetBody = z.strictObject({ user_prompt: Prompt }).meta({ id: 'ApplyPresetRequest' });
export type ApplyPresetBody = z.output<typeof ApplyPresetBody>;

export const AppliedPreset = z
  .object({
    preset_id: z.string(),
    enhanced_prompt: z.string(),
    negative_prompt: z.string(),
    parameters: PresetParameters,
  })
  .meta({ id: 'AppliedPreset' });
export type AppliedPreset = z.output<typeof AppliedPreset>;

export const presetExample = {
  id: 'cinematic_portrait',
  name: 'Cinematic Portrait',
  category: 'image',
  prompt_template: '{prompt}, cinematic lighting, dramatic shadows, film grain',
  negative_prompt: 'amateur, overexposed',
  parameters: { width: 768, height: 1024, steps: 30, guidance_scale: 7.5, cfg_scale: 7.5 },
  visibility: 'builtin',
  own: false,
  use_count: 12,
  version: 1,
  created_at: null,
  updated_at: null,
} satisfies Preset;
