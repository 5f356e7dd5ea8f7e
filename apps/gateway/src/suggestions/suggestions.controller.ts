import { Controller, Param, Query } from '@nestjs/common';
import {
  AutocompleteSuggestionsRequest,
  ListSuggestionsRequest,
  type Suggestion as WireSuggestion,
} from '@atelier/contracts/presets/v1';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import {
  AutocompleteQuery,
  type CatalogueSuggestion,
  CategoryParams,
  Suggestion,
  SuggestionCategories,
  SuggestionsOfCategory,
} from './suggestions.schema.js';

const tag = 'suggestions';
const path = '/api/suggestions';
const example = { text: 'portrait of a woman', category: 'subjects', description: 'Human portrait' };

/** Phrases that complete a prompt. */
@Controller()
export class SuggestionsController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path: `${path}/autocomplete`,
    tag,
    summary: 'Complete a prompt',
    access: 'read',
    query: AutocompleteQuery,
    answer: {
      description: 'Best first: what begins so, then words that do, then typing errors.',
      schema: z.array(Suggestion),
      example: [{ ...example, match_type: 'prefix', score: 0.97 }],
    },
  })
  async autocomplete(@Query() { query, limit }: AutocompleteQuery): Promise<Suggestion[]> {
    const { suggestions } = await this.backends.presets.autocompleteSuggestions(
      AutocompleteSuggestionsRequest.create({ query, limit }),
    );
    return suggestions.map((found) => ({
      ...inCatalogue(found),
      match_type: matchTypeOf(found),
      score: found.score,
    }));
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/categories`,
    tag,
    summary: 'List the categories',
    access: 'read',
    answer: {
      description: 'Every category with the number of its suggestions.',
      schema: SuggestionCategories,
      example: { categories: [{ name: 'subjects', count: 8 }] },
    },
  })
  async categories(): Promise<SuggestionCategories> {
    const { suggestions } = await this.backends.presets.listSuggestions(ListSuggestionsRequest.create());
    const counts = new Map<string, number>();
    for (const { category } of suggestions) counts.set(category, (counts.get(category) ?? 0) + 1);
    return { categories: [...counts].map(([name, count]) => ({ name, count })) };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/by-category/:name`,
    tag,
    summary: 'List the suggestions of a category',
    access: 'read',
    params: CategoryParams,
    answer: {
      description: 'In the order in which they are shown.',
      schema: SuggestionsOfCategory,
      example: { category: 'subjects', suggestions: [example] },
    },
    problems: [404],
  })
  async ofCategory(@Param('name') category: string): Promise<SuggestionsOfCategory> {
    const { suggestions } = await this.backends.presets.listSuggestions(ListSuggestionsRequest.create({ category }));
    return { category, suggestions: suggestions.map(inCatalogue) };
  }
}

function inCatalogue({ text, category, description }: WireSuggestion): CatalogueSuggestion {
  return { text, category, description };
}

function matchTypeOf({ matchType }: WireSuggestion): Suggestion['match_type'] {
  return Suggestion.shape.match_type.catch('fuzzy').parse(matchType);
}
