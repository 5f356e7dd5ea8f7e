import { z } from 'zod';
import type { LanguageModelClassifier, LanguageModelResult } from '../../domain/intent-models.js';
import { type IntentContext, workflows } from '../../domain/intent.js';
import { plainText } from '../../domain/plain-text.js';
import { askForJson } from './ask-for-json.js';
import { intentInstructions, intentSchema } from './intent-instructions.js';
import type { LanguageModel } from './language-model.js';

const MAX_OUTPUT_TOKENS = 300;
const MAX_REASONING_CHARACTERS = 240;
const MAX_QUERY_CHARACTERS = 120;
/** All but names, words and numbers: nothing stays that a search engine takes for an operator or an address. */
const notInQueries = /[^\p{L}\p{N}\p{M}\s'’&.,-]+|(?<!\p{N})[.]|[.](?!\p{N})|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])/gu;

const answerShape = z.object({
  workflow: z.enum(workflows),
  confidence: z.number().min(0).max(1),
  reasoning: z.string(),
  requires_web_search: z.boolean(),
  web_search_query: z.string(),
});

/** Asks a language model for the workflow. What it writes reaches others as plain words only. */
export class LlmIntentClassifier implements LanguageModelClassifier {
  constructor(private readonly model: LanguageModel) {}

  get version(): string {
    return this.model.modelId;
  }

  async classify(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    const request = {
      task: 'intent',
      instructions: intentInstructions,
      schema: intentSchema,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      data: {
        prompt,
        working_images: context.workingImages,
        uploaded_images: context.uploadedImages,
        references: context.references,
      },
    };
    const result = await askForJson(this.model, request, answerShape, signal);
    if (!result.ok) return result;
    const { workflow, confidence, reasoning, requires_web_search: requiresWebSearch } = result.answer;
    const said = plainText(reasoning, { maxCharacters: MAX_REASONING_CHARACTERS });
    return {
      ok: true,
      answer: {
        workflow,
        confidence,
        reasoning: said === '' ? `The language model chose ${workflow.replaceAll('_', ' ')}.` : said,
        requiresWebSearch,
        webSearchQuery: requiresWebSearch ? queryOf(result.answer.web_search_query) : '',
      },
    };
  }
}

function queryOf(text: string): string {
  const plain = plainText(text, { maxCharacters: MAX_QUERY_CHARACTERS });
  return plain.replace(notInQueries, ' ').replace(/\s+/gu, ' ').trim();
}
