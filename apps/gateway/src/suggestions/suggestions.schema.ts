import { z } from 'zod';

/** A phrase as it stands in the catalogue. */
export const CatalogueSuggestion = z
  .object({ text: z.string(), category: z.string(), description: z.string() })
  .meta({ id: 'CatalogueSuggestion' });
export type CatalogueSuggestion = z.output<typeof CatalogueSuggestion>;

export const Suggestion = CatalogueSuggestion.extend({
  match_type: z.enum(['prefix', 'word', 'fuzzy', 'semantic']),
  score: z.number().min(0).max(1),
}).meta({ id: 'Suggestion' });
export type Suggestion = z.output<typeof Suggestion>;

export const AutocompleteQuery = z.object({
  query: z.string().max(2000, 'must have at most 2000 characters').default('').describe('What was typed.'),
  limit: z.coerce.number({ error: 'must be a number' }).int().min(1).max(50).default(10),
});
export type AutocompleteQuery = z.output<typeof AutocompleteQuery>;

export const SuggestionCategories = z.object({ categories: z.array(z.object({ name: z.string(), count: z.int() })) });
export type SuggestionCategories = z.output<typeof SuggestionCategories>;

export const CategoryParams = z.object({ name: z.string().min(1).max(50) });
export const SuggestionsOfCategory = z.object({ category: z.string(), suggestions: z.array(CatalogueSuggestion) });
export type SuggestionsOfCategory = z.output<typeof SuggestionsOfCategory>;
