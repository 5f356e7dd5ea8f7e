import { randomInt } from 'node:crypto';
import { presetsErrors } from '../presets.errors.js';
import { mergeSuggestions } from './merge-suggestions.js';
import type { PromptHistories } from './prompt-histories.js';
import { type RandomPrompt, randomPrompts } from './random-prompts.js';
import { saidPhrases } from './said-phrases.js';
import type { RankedSuggestion, Suggestion } from './suggestion.js';
import type { SuggestionIndex } from './suggestion-index.js';
import type { SuggestionUses } from './suggestion-repositories.js';
import type { WordMeanings } from './word-meanings.js';
import { wordsOf } from './words.js';

const defaultLimit = 10;
const defaultCount = 5;
const largestLimit = 50;
const longestText = 2_000;
const mostPhrases = 20;
const mostRecorded = 100;
const longestKey = 128;
/** What was used elsewhere is read again after so long, in milliseconds. */
const usesKeptMs = 60_000;
/** Seeds are below. */
const seeds = 2 ** 32;

/** What suggestions are put together from. */
export interface SuggestionsParts {
  readonly catalogue: readonly Suggestion[];
  readonly index: SuggestionIndex;
  readonly meanings: WordMeanings;
  readonly uses: SuggestionUses;
  readonly histories: PromptHistories;
  readonly now: () => Date;
  /** Hears of every suggestion in a prompt that was generated from. */
  readonly used: (suggestion: Suggestion, ownerId: string) => void;
  /** Hears why uses could not be read; suggestions are answered in the order known before. */
  readonly failed: (error: unknown) => void;
}

/** Completes prompts and makes new ones; learns from those that were used. */
export class Suggestions {
  private usesReadMs = Number.NEGATIVE_INFINITY;
  private readonly byText: ReadonlyMap<string, Suggestion>;

  constructor(private readonly parts: SuggestionsParts) {
    this.byText = new Map(parts.catalogue.map((suggestion) => [suggestion.text, suggestion]));
  }

  /** Completes what was typed; nothing for nothing. A limit of 0 is the default, 10. @throws AUTOCOMPLETE_INVALID */
  async autocomplete(ownerId: string, query: string, limit: number): Promise<RankedSuggestion[]> {
    refuse('AUTOCOMPLETE_INVALID', [
      [query.length <= longestText, 'query', `must have at most ${longestText} characters`],
      [limit >= 0 && limit <= largestLimit, 'limit', `must be 1 to ${largestLimit}`],
    ]);
    this.readUses();
    const wanted = limit || defaultLimit;
    const own = await this.parts.histories.search(ownerId, query, wanted);
    return mergeSuggestions(own, this.parts.index.search(query, wanted), wanted);
  }

  /** In catalogue order; all categories when none is named. @throws SUGGESTION_CATEGORY_NOT_FOUND */
  list(category: string): readonly Suggestion[] {
    if (category === '') return this.parts.catalogue;
    const found = this.parts.catalogue.filter((suggestion) => suggestion.category === category);
    if (found.length === 0) throw presetsErrors.SUGGESTION_CATEGORY_NOT_FOUND();
    return found;
  }

  /** Different prompts, the same for the same seed. A count of 0 is the default, 5. @throws RANDOM_PROMPTS_INVALID */
  random(count: number, seed = randomInt(seeds)): { readonly prompts: RandomPrompt[]; readonly seed: number } {
    refuse('RANDOM_PROMPTS_INVALID', [
      [count >= 0 && count <= largestLimit, 'count', `must be 1 to ${largestLimit}`],
      [Number.isInteger(seed) && seed >= 0 && seed < seeds, 'seed', `must be 0 to ${seeds - 1}`],
    ]);
    return { prompts: randomPrompts(this.parts.catalogue, count || defaultCount, seed), seed };
  }

  /** Those of the phrases that the prompt says already. @throws PHRASES_INVALID */
  said(prompt: string, phrases: readonly string[]): string[] {
    refuse('PHRASES_INVALID', [
      [prompt.length <= longestText, 'prompt', `must have at most ${longestText} characters`],
      [
        phrases.length <= mostPhrases && phrases.every(({ length }) => length <= longestText),
        'phrases',
        `must be at most ${mostPhrases} of at most ${longestText} characters`,
      ],
    ]);
    return saidPhrases(prompt, phrases, this.parts.meanings);
  }

  /** Learns from prompts that were generated from. @throws RECORDED_PROMPTS_INVALID */
  async record(prompts: readonly { key: string; ownerId: string; prompt: string }[]): Promise<void> {
    const wellFormed = prompts.every(
      ({ key, ownerId, prompt }) =>
        key !== '' && key.length <= longestKey && ownerId !== '' && prompt.length <= longestText,
    );
    refuse('RECORDED_PROMPTS_INVALID', [
      [prompts.length <= mostRecorded, 'prompts', `must be at most ${mostRecorded}`],
      [wellFormed, 'prompts', 'need a key, an owner and at most 2000 characters'],
    ]);
    const { index, uses, histories, now } = this.parts;
    const learned = prompts.map((prompt) => ({
      ...prompt,
      sameness: wordsOf(prompt.prompt).join(' '),
      texts: [...index.textsIn(prompt.prompt)],
    }));

    for (const { ownerId, texts } of await uses.learn(learned, now())) {
      for (const text of texts) {
        const suggestion = this.byText.get(text);
        if (suggestion) this.parts.used(suggestion, ownerId);
      }
    }
    for (const { ownerId } of prompts) histories.forget(ownerId);
  }

  /** In the background: an answer never waits for it. */
  private readUses(): void {
    const { index, uses, now, failed } = this.parts;
    const time = now();
    if (time.getTime() - this.usesReadMs < usesKeptMs) return;
    this.usesReadMs = time.getTime();
    void uses.usesAt(time).then((read) => index.setUses(read), failed);
  }
}

type Refusal = 'AUTOCOMPLETE_INVALID' | 'RANDOM_PROMPTS_INVALID' | 'PHRASES_INVALID' | 'RECORDED_PROMPTS_INVALID';

function refuse(reason: Refusal, rules: readonly (readonly [holds: boolean, field: string, message: string])[]): void {
  const violations = rules.filter(([holds]) => !holds).map(([, field, message]) => ({ field, message }));
  if (violations.length > 0) throw presetsErrors[reason]({ violations });
}
