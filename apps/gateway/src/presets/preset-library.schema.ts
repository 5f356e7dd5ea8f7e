import { z } from 'zod';
import { pageOf, Timestamp } from '../http/schemas.js';
import { Category, Preset, PresetParameters, presetExample } from './presets.schema.js';

/** Days that a window counts, today (UTC) included; 0 for all there were. */
export const windowDays = { all: 0, day: 1, week: 7, month: 30 } as const;

export const PopularQuery = z.object({
  category: Category.optional(),
  window: z.enum(['all', 'day', 'week', 'month']).default('all').describe('Uses of today, 7 or 30 days (UTC), or all.'),
  limit: z.coerce.number({ error: 'must be a number' }).int().min(1).max(100).default(10),
});
export type PopularQuery = z.output<typeof PopularQuery>;

export const PopularPresetList = z
  .object({
    presets: z.array(
      z.object({ ...Preset.shape, uses: z.int().describe('Uses in the window.') }).meta({ id: 'PopularPreset' }),
    ),
    total: z.int(),
  })
  .meta({ id: 'PopularPresetList' });
export type PopularPresetList = z.output<typeof PopularPresetList>;

export const PresetVersion = z
  .object({
    version: z.int(),
    current: z.boolean().describe('The version in force.'),
    name: z.string(),
    category: Category,
    prompt_template: z.string(),
    negative_prompt: z.string(),
    parameters: PresetParameters,
    visibility: z.enum(['private', 'shared', 'builtin']).describe('Who could see it then.'),
    created_at: Timestamp.nullable(),
  })
  .meta({ id: 'PresetVersion' });
export type PresetVersion = z.output<typeof PresetVersion>;
export const PresetVersionPage = pageOf(PresetVersion).meta({ id: 'PresetVersionPage' });
export type PresetVersionPage = z.output<typeof PresetVersionPage>;

export const PresetShare = z
  .object({
    preset_id: z.string(),
    token: z.string().describe('Stands for the id wherever a preset is read, applied, planned or generated with.'),
    path: z.string().describe('Where the preset is read with it.'),
    created_at: Timestamp.nullable(),
  })
  .meta({ id: 'PresetShare' });
export type PresetShare = z.output<typeof PresetShare>;

export const PresetExperimentBody = z
  .strictObject({
    version_a: z.int().min(1),
    version_b: z.int().min(1),
    share: z.number().min(0).max(1).default(0.5).describe('How many of the users get version_b.'),
  })
  .meta({ id: 'PresetExperimentRequest' });
export type PresetExperimentBody = z.output<typeof PresetExperimentBody>;

export const PresetExperiment = z
  .object({
    id: z.string(),
    preset_id: z.string(),
    version_a: z.int(),
    version_b: z.int(),
    share: z.number(),
    started_at: Timestamp.nullable(),
  })
  .meta({ id: 'PresetExperiment' });
export type PresetExperiment = z.output<typeof PresetExperiment>;

export const versionExample = {
  version: 2,
  current: true,
  name: presetExample.name,
  category: presetExample.category,
  prompt_template: presetExample.prompt_template,
  negative_prompt: presetExample.negative_prompt,
  parameters: presetExample.parameters,
  visibility: 'private',
  created_at: '2026-11-21T10:00:00.000Z',
} satisfies PresetVersion;

export const experimentExample = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  preset_id: 'rainy_street',
  version_a: 1,
  version_b: 2,
  share: 0.5,
  started_at: '2026-11-21T10:00:00.000Z',
} satisfies PresetExperiment;
