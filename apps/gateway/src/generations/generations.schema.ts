import { z } from 'zod';
import { ReferenceRoles } from '../enhanced/process.schema.js';
import { GenerationParameters, ParametersInput } from '../http/generation-parameters.js';
import { ClientId, Dollars, ModelId, PageQuery, pageOf, ProviderName, text, Timestamp } from '../http/schemas.js';
import { WorkflowName } from '../http/workflow-name.js';

/** A data URL may be as long as the body. */
export const ImageReference = z.string().min(1, 'must not be empty').max(1_000_000);
export const Priority = z.enum(['low', 'normal', 'high']);
const Status = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);

const CacheUse = z
  .enum(['allow', 'bypass'])
  .describe(
    'Whether an own stored result of an equal request (model, prompt, parameters, contents of images) will do, at no cost; ' +
      'an equal request under way is waited for. Default: where a seed is given and the model makes the same of it.',
  );

export const CreateGeneration = z
  .strictObject({
    prompt: text(1, 2000),
    request_id: z.string().min(1).max(128).optional().describe('A plan to run as planned.'),
    workflow_type: WorkflowName.optional(),
    model_id: ModelId.optional(),
    provider: ProviderName.optional(),
    input_images: z.array(ImageReference).max(8).optional(),
    mask: ImageReference.optional(),
    preset_id: z.string().min(1).max(100).optional(),
    reference_roles: ReferenceRoles.optional(),
    session_id: ClientId.optional(),
    priority: Priority.optional(),
    webhook_url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .max(2000)
      .optional()
      .describe('Told of the end, signed; https and public. docs/webhooks.md has the message.'),
    parameters: ParametersInput.optional(),
    cache: CacheUse.optional(),
  })
  .meta({ id: 'CreateGeneration' });
export type CreateGeneration = z.output<typeof CreateGeneration>;

export const RefineGeneration = z
  .strictObject({ prompt: text(1, 2000), strength: z.number().min(0).max(1).optional() })
  .meta({ id: 'RefineGeneration' });
export type RefineGeneration = z.output<typeof RefineGeneration>;

const GenerationError = z.object({
  code: z.string(),
  message: z.string(),
  suggestions: z.array(z.string()),
  alternatives: z
    .array(z.object({ provider: z.string(), model_id: z.string() }))
    .optional()
    .describe('Models that could serve the same request, best first.'),
});

const Cost = z.object({ estimated: Dollars, actual: Dollars.nullable() });

const GenerationStep = z
  .object({
    generation_id: z.string(),
    workflow_type: WorkflowName,
    status: Status,
    provider: z.string(),
    model_id: z.string(),
    cost: Cost,
  })
  .meta({ id: 'GenerationStep' });

export const Generation = z
  .object({
    id: z.uuid(),
    status: Status,
    progress: z.int().describe('0..100'),
    queue_position: z.int().optional().describe('1 = next; while queued.'),
    estimated_wait_s: z.int().optional().describe('Seconds until it probably starts; while queued and not paused.'),
    cached_from: z
      .string()
      .optional()
      .describe('The earlier generation whose results it was answered with, at no cost.'),
    workflow_type: WorkflowName,
    provider: z.string(),
    model_id: z.string(),
    prompt: z.string(),
    final_prompt: z.string(),
    attempts: z.array(
      z.object({
        provider: z.string(),
        model_id: z.string(),
        started_at: Timestamp.nullable(),
        ended_at: Timestamp.nullable(),
        outcome: z.enum(['submitting', 'submitted', 'unknown', 'succeeded', 'failed', 'cancelled']),
        error: GenerationError.optional(),
      }),
    ),
    parameters: GenerationParameters,
    seed: z.int().nullable(),
    outputs: z.array(
      z.object({
        url: z.string(),
        content_type: z.string(),
        width: z.int(),
        height: z.int(),
        duration_s: z.number().optional(),
        bytes: z.int(),
        sha256: z.string(),
      }),
    ),
    cost: Cost,
    timings: z.object({ queued_ms: z.int(), running_ms: z.int() }),
    error: GenerationError.optional(),
    warnings: z.array(z.string()),
    priority: Priority,
    parent_id: z.string().optional(),
    input_images: z
      .array(z.string())
      .optional()
      .describe('What it started from, as links; where it is read on its own. Files that are gone are left out.'),
    mask: z.string().optional().describe('The mask of an edit, likewise.'),
    inputs_gone: z
      .int()
      .optional()
      .describe('How many of them, with the mask, are gone: the same request would start from less. Absent for none.'),
    next_id: z
      .string()
      .optional()
      .describe('Of the first step of a plan with two: the generation that starts from its output.'),
    steps: z
      .array(GenerationStep)
      .optional()
      .describe(
        'Of the second step of a plan with two: both, in order. While the first one runs this one is queued, without a position, and its progress is 0..50; cost, attempts and timings are its own.',
      ),
    session_id: z.string().optional(),
    request_id: z.string().optional().describe('The plan it was made from.'),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Generation' });
export type Generation = z.output<typeof Generation>;

export const GenerationPage = pageOf(Generation);
export const GenerationParams = z.object({ id: z.uuid('is no generation id') });

export const GenerationsQuery = PageQuery.extend({
  status: Status.optional(),
  workflow_type: WorkflowName.optional(),
  session_id: ClientId.optional(),
  parent_id: z.uuid('is no generation id').optional().describe('Only what retries or refines this one.'),
  created_after: Timestamp.optional(),
  created_before: Timestamp.optional(),
});
export type GenerationsQuery = z.output<typeof GenerationsQuery>;

/** Browsers resume by the header; clients that can't set it use the query. */
export const EventsQuery = z.object({
  last_event_id: z
    .string()
    .regex(/^\d{1,9}$/, 'must be the id of an event')
    .optional(),
});
export type EventsQuery = z.output<typeof EventsQuery>;

export const generationExample = {
  id: '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90',
  status: 'succeeded',
  progress: 100,
  workflow_type: 'image_generation',
  provider: 'replicate',
  model_id: 'black-forest-labs/flux-1.1-pro',
  prompt: 'a lighthouse at dusk',
  final_prompt: 'a lighthouse at dusk, high quality, detailed, professional',
  attempts: [
    {
      provider: 'replicate',
      model_id: 'black-forest-labs/flux-1.1-pro',
      started_at: '2026-11-21T10:00:00.050Z',
      ended_at: '2026-11-21T10:00:03.420Z',
      outcome: 'succeeded',
    },
  ],
  parameters: { aspect_ratio: '1:1', seed: 42, num_outputs: 1 },
  seed: 42,
  outputs: [
    {
      url: '/files/0199f0a2-7c2f-7d5e-8e63-4f2d3b8c9fa1.webp?expires=1795305600&signature=…',
      content_type: 'image/webp',
      width: 1024,
      height: 1024,
      bytes: 48_213,
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
  ],
  cost: { estimated: 0.04, actual: 0.04 },
  timings: { queued_ms: 12, running_ms: 3370 },
  warnings: [],
  priority: 'normal',
  created_at: '2026-11-21T10:00:00.000Z',
  updated_at: '2026-11-21T10:00:03.450Z',
} satisfies Generation;
