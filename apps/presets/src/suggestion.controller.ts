import { Controller } from '@nestjs/common';
import {
  AutocompleteSuggestionsResponse,
  FindSaidPhrasesResponse,
  GetPromptHistoryResponse,
  ListSuggestionsResponse,
  RandomPromptsResponse,
  RecordPromptsResponse,
  SuggestionServiceControllerMethods,
  type AutocompleteSuggestionsRequest,
  type FindSaidPhrasesRequest,
  type ListSuggestionsRequest,
  type RandomPromptsRequest,
  type RecordPromptsRequest,
  type SuggestionServiceController,
} from '@atelier/contracts/presets/v1';
import { currentCaller } from './current-caller.js';
import { PromptHistories } from './domain/prompt-histories.js';
import { Suggestions } from './domain/suggestions.js';
import { presetsErrors } from './presets.errors.js';

/** Wire side of suggestions. A caller's own prompts are looked up as the caller of the running call. */
@Controller()
@SuggestionServiceControllerMethods()
export class SuggestionController implements SuggestionServiceController {
  constructor(
    private readonly suggestions: Suggestions,
    private readonly histories: PromptHistories,
  ) {}

  async autocompleteSuggestions(request: AutocompleteSuggestionsRequest): Promise<AutocompleteSuggestionsResponse> {
    const suggestions = await this.suggestions.autocomplete(currentCaller().userId, request.query, request.limit);
    return AutocompleteSuggestionsResponse.create({ suggestions });
  }

  listSuggestions({ category }: ListSuggestionsRequest): ListSuggestionsResponse {
    const suggestions = this.suggestions.list(category).map((found) => ({ ...found, matchType: '', score: 0 }));
    return ListSuggestionsResponse.create({ suggestions });
  }

  randomPrompts({ count, seed }: RandomPromptsRequest): RandomPromptsResponse {
    const made = this.suggestions.random(count, seed);
    const prompts = made.prompts.map(({ prompt, components }) => ({ prompt, components: { ...components } }));
    return RandomPromptsResponse.create({ prompts, seed: made.seed });
  }

  findSaidPhrases({ prompt, phrases }: FindSaidPhrasesRequest): FindSaidPhrasesResponse {
    return FindSaidPhrasesResponse.create({ said: this.suggestions.said(prompt, phrases) });
  }

  async recordPrompts({ prompts }: RecordPromptsRequest): Promise<RecordPromptsResponse> {
    if (!currentCaller().service) throw presetsErrors.PROMPTS_RECORDED_BY_SERVICES();
    await this.suggestions.record(prompts);
    return RecordPromptsResponse.create();
  }

  async getPromptHistory(): Promise<GetPromptHistoryResponse> {
    return GetPromptHistoryResponse.create(await this.histories.state(currentCaller().userId));
  }
}
