import { z } from 'zod';
import { GenerationParameters, ParametersInput } from '../http/generation-parameters.js';
import { ClientId, Dollars, ModelId, ProviderName, text } from '../http/schemas.js';
import { WorkflowName } from '../http/workflow-name.js';
import { maxMentions } from './mentions.js';
import { referenceRoles } from './reference-roles.js';

/** Longest prompt in characters. */
export const maxPromptLength = 2000;
export const Prompt = text(1, maxPromptLength).describe(
  'What you want, in your own words. `@tag` names one of your references.',
);

/** An image: own upload or file, URL on an allowed host, or `data:` URL. */
export const ImageInput = z
  .string()
  .min(1)
  .describe('An upload_id, a file link of ours, an http(s) URL on an allowed host, or a data: URL.');
export const ImageInputs = z.array(ImageInput).max(8);

/** What a referenced picture is for. */
export const ReferenceRole = z.enum(referenceRoles);

/** Roles for one request, by tag. */
export const ReferenceRoles = z
  .record(z.string().min(1).max(60), ReferenceRole)
  .refine((roles) => Object.keys(roles).length <= maxMentions, `must name at most ${maxMentions} tags`)
  .describe('What references are for in this request, by tag; otherwise as they are stored, or found out.');

/** Key of a request that must not run twice. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

/** Unknown preferences are dropped: older front ends send more than we use. */
const UserPreferences = z
  .object({
    quality: z.enum(['speed', 'balanced', 'quality']).optional(),
    style: text(0, 50).optional(),
    format: text(0, 50).optional(),
  })
  .meta({ id: 'UserPreferences' });

/** What can be planned. */
export const PlanBody = z.strictObject({
  prompt: Prompt,
  working_image_url: z.union([ImageInput, ImageInputs]).optional().describe('The picture or pictures being worked on.'),
  uploaded_images: ImageInputs.optional().describe('Pictures attached to this message.'),
  session_id: ClientId.optional(),
  preset_id: ClientId.optional(),
  user_preferences: UserPreferences.optional(),
  use_ai_classification: z
    .boolean()
    .optional()
    .describe('false = classic keyword routing. Default: what the preferences say, which is true unless changed.'),
  reference_roles: ReferenceRoles.optional(),
  parameters: ParametersInput.optional(),
  enhance: z.enum(['off', 'quick', 'llm']).default('quick'),
  cache: z.enum(['allow', 'bypass']).default('allow'),
});
export type PlanBody = z.output<typeof PlanBody>;

export const ProcessRequest = PlanBody.extend({
  workflow_type: WorkflowName.optional().describe(
    'Given: nothing is classified. The answer to a question, for example.',
  ),
  model_id: ModelId.optional().describe('A model to plan with; it limits what can be meant.'),
  provider: ProviderName.optional().describe('A provider to plan with.'),
  generate: z.boolean().default(false).describe('Also submit the plan as a generation.'),
  idempotency_key: IdempotencyKey.optional().describe('Like the header Idempotency-Key, which wins.'),
}).meta({ id: 'ProcessRequest' });
export type ProcessRequest = z.output<typeof ProcessRequest>;

export const CompareRequest = PlanBody.meta({ id: 'CompareRequest' });

/** Items are validated one by one, so that a wrong one does not lose the others. */
export const BatchRequest = z.strictObject({ requests: z.array(z.unknown()).min(1).max(100) });
export type BatchRequest = z.output<typeof BatchRequest>;
export const DocumentedBatchRequest = z
  .strictObject({ requests: z.array(ProcessRequest).min(1).max(100) })
  .meta({ id: 'BatchRequest' });

export const FeedbackRequest = z
  .strictObject({
    request_id: z.string().min(1).max(128).describe('The plan that is judged.'),
    correct: z.boolean(),
    expected_workflow: WorkflowName.optional(),
    rating: z.int().min(1).max(5).optional(),
    comment: text(0, 2000).optional(),
  })
  .meta({ id: 'FeedbackRequest' });
export type FeedbackRequest = z.output<typeof FeedbackRequest>;

const ModelSelection = z
  .object({
    model_id: z.string(),
    provider: z.string(),
    reasoning: z.string(),
    fallback_models: z.array(z.string()),
    estimated_cost: Dollars,
    estimated_time: z.number().describe('Seconds.'),
    parameters: GenerationParameters,
  })
  .meta({ id: 'ModelSelection' });

export const PlanStep = z
  .object({ workflow_type: WorkflowName, model_selection: ModelSelection, final_prompt: z.string() })
  .meta({ id: 'PlanStep' });

const Clarify = z.object({
  question: z.string(),
  options: z.array(z.object({ label: z.string(), workflow_type: WorkflowName, estimated_cost: Dollars })),
});

const WebSearchResult = z
  .object({
    title: z.string(),
    url: z.string().describe('The page, http(s).'),
    image_url: z.string().optional().describe('A picture on it, http(s).'),
    snippet: z.string().describe('What the page says: plain text, as untrusted as the page.'),
  })
  .meta({ id: 'WebSearchResult' });

/** Where the classification came from. */
export const ClassifierSource = z.enum(['cache', 'local', 'llm', 'fallback', 'classic']);
export type ClassifierSource = z.output<typeof ClassifierSource>;

export const ProcessAnswer = z
  .object({
    success: z.literal(true),
    request_id: z.string(),
    workflow_type: WorkflowName,
    final_prompt: z.string(),
    model_selection: ModelSelection,
    references: z.array(
      z.object({
        tag: z.string(),
        image_url: z.string(),
        name: z.string(),
        role: ReferenceRole.optional(),
        thumbnail_url: z.string().nullable().optional().describe('A small WebP of it; absent for none.'),
      }),
    ),
    intent_confidence: z.number().min(0).max(1),
    reasoning: z.string(),
    processing_time: z.number().describe('Seconds.'),
    estimated_cost: Dollars,
    estimated_time: z.number().describe('Seconds.'),
    metadata: z.object({
      requires_web_search: z.boolean(),
      web_search_query: z.string().nullable(),
      web_search_results: z
        .array(WebSearchResult)
        .optional()
        .describe(
          'What the web says about the event or person of a styling, best first, at most eight; absent when nothing had to be looked up. For people to see: it changes neither the prompt nor the model.',
        ),
      enhancement_applied: z.boolean(),
      classifier_source: ClassifierSource,
      cache_hit: z.boolean(),
      missing_references: z.array(z.string()),
      rollout: z.enum(['ai', 'classic']),
      experiment: z
        .object({ id: z.string(), preset_id: z.string(), variant: z.enum(['a', 'b']), version: z.int() })
        .optional()
        .describe('Which version of the preset was used, while two are compared; a user always gets the same.'),
      corrected_from: WorkflowName.optional(),
      runner_up: z.object({ workflow_type: WorkflowName, confidence: z.number() }).optional(),
      clarify: Clarify.optional(),
      missing_inputs: z.array(z.string()),
      warnings: z.array(z.string()),
    }),
    cost_range: z.tuple([Dollars, Dollars]),
    time_range: z.tuple([z.number(), z.number()]).describe('Seconds: half of the runs are faster, 19 of 20 are.'),
    steps: z
      .array(PlanStep)
      .length(2)
      .optional()
      .describe(
        'When a picture is to be edited first and then animated: both steps, in order; the second starts from what the first makes. Then workflow_type, model_selection and final_prompt are the second one’s, and estimated_cost, estimated_time and the ranges are those of both together.',
      ),
    fallback_used: z.boolean(),
    generation_id: z.string().optional(),
  })
  .meta({ id: 'ProcessAnswer' });
export type ProcessAnswer = z.output<typeof ProcessAnswer>;

export const CompareAnswer = z
  .object({
    ai_classification: ProcessAnswer,
    existing_system: ProcessAnswer,
    differences: z.object({ workflow_type: z.boolean(), model_selection: z.boolean(), prompt_changes: z.boolean() }),
  })
  .meta({ id: 'CompareAnswer' });
export type CompareAnswer = z.output<typeof CompareAnswer>;
