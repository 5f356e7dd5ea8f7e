import { z } from 'zod';
import { GenerationParameters, ParametersInput } from '../http/generation-parameters.js';
import { Timestamp } from '../http/schemas.js';
import { WorkflowName } from '../http/workflow-name.js';

const Quality = z.enum(['speed', 'balanced', 'quality']);
const ModelId = z.string().min(1).max(200);

const models = z
  .partialRecord(WorkflowName, ModelId)
  .describe('Model ids or aliases by workflow; taken where the model is available and can do what is asked.');

/** All of them: what is left out is no wish. */
export const PutPreferencesBody = z
  .strictObject({
    quality: Quality.nullable().default(null).describe('What matters most when a model is chosen.'),
    provider: z
      .string()
      .min(1)
      .max(50)
      .nullable()
      .default(null)
      .describe('Its models come first, after the preferred model of the workflow.'),
    models: models.default({}),
    parameters: ParametersInput.default({}).describe('Soft: what the chosen model can’t honour is dropped and said.'),
    ai_enabled: z.boolean().default(true).describe('false = prompts are routed by keywords.'),
    suggest_from_history: z.boolean().default(false).describe('Complete prompts from your own past ones, too.'),
  })
  .meta({ id: 'PutPreferencesRequest' });
export type PutPreferencesBody = z.output<typeof PutPreferencesBody>;

export const Preferences = z
  .object({
    quality: Quality.nullable(),
    provider: z.string().nullable(),
    models: z.partialRecord(WorkflowName, z.string()),
    parameters: GenerationParameters,
    ai_enabled: z.boolean(),
    suggest_from_history: z.boolean(),
    updated_at: Timestamp.nullable().describe('null for the defaults.'),
  })
  .meta({ id: 'Preferences' });
export type Preferences = z.output<typeof Preferences>;

const wishes = {
  quality: 'balanced',
  provider: null,
  models: { image_editing: 'black-forest-labs/flux-kontext-pro' },
  parameters: { aspect_ratio: '16:9', negative_prompt: 'blurry' },
  ai_enabled: true,
  suggest_from_history: false,
} as const;

export const putPreferencesExample = wishes;
export const preferencesExample = { ...wishes, updated_at: '2026-11-21T10:00:00.000Z' } satisfies Preferences;
