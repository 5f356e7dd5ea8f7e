import { z } from 'zod';
import { text } from '../http/schemas.js';
import { WorkflowName } from '../http/workflow-name.js';

/** A phrase as it stands in the catalogue. */
export const CatalogueSuggestion = z
  .object({ text: z.string(), category: z.string(), description: z.string() })
  .meta({ id: 'CatalogueSuggestion' });
export type CatalogueSuggestion = z.output<typeof CatalogueSuggestion>;

export const Suggestion = CatalogueSuggestion.extend({
  category: z.string().describe('One of the categories; `history` for an own earlier prompt.'),
  match_type: z.enum(['prefix', 'word', 'fuzzy', 'semantic']),
  score: z.number().min(0).max(1),
}).meta({ id: 'Suggestion' });
export type Suggestion = z.output<typeof Suggestion>;

/** A whole number in a query: digits alone, so that an empty value is none. */
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const AutocompleteQuery = z.object({
  query: text(0, 2000).default('').describe('What was typed; nothing is completed to nothing.'),
  limit: wholeNumber(1, 50).default(10),
});
export type AutocompleteQuery = z.output<typeof AutocompleteQuery>;

export const SuggestionCategories = z.object({ categories: z.array(z.object({ name: z.string(), count: z.int() })) });
export type SuggestionCategories = z.output<typeof SuggestionCategories>;

export const CategoryParams = z.object({ name: z.string().min(1).max(50) });
export const SuggestionsOfCategory = z.object({ category: z.string(), suggestions: z.array(CatalogueSuggestion) });
export type SuggestionsOfCategory = z.output<typeof SuggestionsOfCategory>;

export const EnhanceBody = z
  .strictObject({
    prompt: text(1, 2000),
    add_quality: z.boolean().default(true),
    add_style: z.boolean().default(false),
    workflow_type: WorkflowName.optional(),
    strategy: z
      .enum(['quick', 'llm'])
      .default('quick')
      .describe('`llm` asks a language model, which may cost; the answer says which strategy it is from.'),
  })
  .meta({ id: 'EnhancePrompt' });
export type EnhanceBody = z.output<typeof EnhanceBody>;

export const EnhancedPrompt = z
  .object({
    original: z.string(),
    enhanced: z.string(),
    additions: z.array(z.string()).describe('What was added, in order; empty when the prompt stayed as it was.'),
    strategy: z.enum(['quick', 'llm']).describe('The strategy that answered.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'EnhancedPrompt' });
export type EnhancedPrompt = z.output<typeof EnhancedPrompt>;

export const RandomQuery = z.object({
  count: wholeNumber(1, 50).default(5),
  seed: wholeNumber(0, 4_294_967_295).optional().describe('The same seed makes the same prompts.'),
});
export type RandomQuery = z.output<typeof RandomQuery>;

export const RandomPrompts = z
  .object({
    prompts: z.array(z.object({ prompt: z.string(), components: z.record(z.string(), z.string()) })),
    seed: z.int().describe('Makes them again.'),
  })
  .meta({ id: 'RandomPrompts' });
export type RandomPrompts = z.output<typeof RandomPrompts>;

export const PromptHistory = z
  .object({
    enabled: z.boolean().describe('Own prompts are kept and suggested to their user alone.'),
    prompt_count: z.int().describe('Prompts that are kept, at most 500.'),
  })
  .meta({ id: 'PromptHistory' });
export type PromptHistory = z.output<typeof PromptHistory>;
