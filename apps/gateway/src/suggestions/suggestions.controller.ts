import { Body, Controller, Param, Query } from '@nestjs/common';
import {
  AutocompleteSuggestionsRequest,
  GetPromptHistoryRequest,
  ListSuggestionsRequest,
  RandomPromptsRequest,
  type Suggestion as WireSuggestion,
} from '@atelier/contracts/presets/v1';
import { z } from 'zod';
import { Backends } from '../backends.js';
import { refuseMarkup } from '../enhanced/to-plan-request.js';
import { Endpoint } from '../http/endpoint.js';
import { enhancePrompt } from './enhance-prompt.js';
import {
  AutocompleteQuery,
  type CatalogueSuggestion,
  CategoryParams,
  EnhanceBody,
  EnhancedPrompt,
  PromptHistory,
  RandomPrompts,
  RandomQuery,
  Suggestion,
  SuggestionCategories,
  SuggestionsOfCategory,
} from './suggestions.schema.js';

const tag = 'suggestions';
const path = '/api/suggestions';
const example = { text: 'portrait of a woman', category: 'subjects', description: 'Human portrait' };
const historyAnswer = {
  description: 'Whether own prompts are suggested, and how many are kept.',
  schema: PromptHistory,
  example: { enabled: true, prompt_count: 12 },
};

/** Phrases that complete and vary prompts. */
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
      description:
        'Best first: what begins so, then words that do, then typing errors, then other words for the same; among equals own earlier prompts (when turned on), then what is used most.',
      schema: z.array(Suggestion),
      example: [{ ...example, match_type: 'prefix', score: 0.8042 }],
    },
  })
  async autocomplete(@Query() { query, limit }: AutocompleteQuery): Promise<Suggestion[]> {
    const { suggestions } = await this.backends.suggestions.autocompleteSuggestions(
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
    const { suggestions } = await this.backends.suggestions.listSuggestions(ListSuggestionsRequest.create());
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
    const { suggestions } = await this.backends.suggestions.listSuggestions(
      ListSuggestionsRequest.create({ category }),
    );
    return { category, suggestions: suggestions.map(inCatalogue) };
  }

  @Endpoint({
    method: 'POST',
    path: `${path}/enhance`,
    tag,
    summary: 'Add to a prompt what it does not say yet',
    description:
      'Quality (and style, if asked) that the prompt does not already say, in whatever words. With `strategy: llm` a language model writes it, within the caller’s budget; the same prompt is not bought again for 24 hours, and `quick` stands in where the model can’t answer, which `strategy` and `warnings` say.',
    access: 'generate',
    body: EnhanceBody,
    bodyExample: { prompt: 'a cat', add_style: true },
    answer: {
      description: 'The prompt before and after.',
      schema: EnhancedPrompt,
      example: {
        original: 'a cat',
        enhanced: 'a cat, high quality, detailed, professional, cinematic lighting, balanced composition',
        additions: ['high quality', 'detailed', 'professional', 'cinematic lighting', 'balanced composition'],
        strategy: 'quick',
        warnings: [],
      },
    },
    problems: [422],
  })
  async enhance(@Body() body: EnhanceBody): Promise<EnhancedPrompt> {
    refuseMarkup({ prompt: body.prompt });
    return enhancePrompt(this.backends, body);
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/random`,
    tag,
    summary: 'Make prompts up',
    access: 'read',
    query: RandomQuery,
    answer: {
      description: 'Different prompts of a subject, a style, lighting and quality.',
      schema: RandomPrompts,
      example: {
        prompts: [
          {
            prompt: 'bowl of fresh fruit, oil painting, candlelight, masterpiece',
            components: {
              subject: 'bowl of fresh fruit',
              style: 'oil painting',
              lighting: 'candlelight',
              quality: 'masterpiece',
            },
          },
        ],
        seed: 7,
      },
    },
  })
  async random(@Query() { count, seed }: RandomQuery): Promise<RandomPrompts> {
    const made = await this.backends.suggestions.randomPrompts(RandomPromptsRequest.create({ count, seed }));
    return { prompts: made.prompts.map(({ prompt, components }) => ({ prompt, components })), seed: made.seed };
  }

  @Endpoint({
    method: 'GET',
    path: `${path}/history`,
    tag,
    summary: 'See whether own prompts are suggested',
    description:
      'Off unless suggest_from_history is set in the preferences. From then on the prompts one generates from are kept (the latest 500, each once) and complete only one’s own. Turning it off deletes them.',
    access: 'read',
    answer: historyAnswer,
  })
  async history(): Promise<PromptHistory> {
    const state = await this.backends.suggestions.getPromptHistory(GetPromptHistoryRequest.create());
    return { enabled: state.enabled, prompt_count: state.promptCount };
  }
}

function inCatalogue({ text, category, description }: WireSuggestion): CatalogueSuggestion {
  return { text, category, description };
}

function matchTypeOf({ matchType }: WireSuggestion): Suggestion['match_type'] {
  return Suggestion.shape.match_type.catch('fuzzy').parse(matchType);
}
