import { z } from 'zod';
import { kindOfEdit } from '../../domain/kind-of-edit.js';
import { plainText } from '../../domain/plain-text.js';
import type { PromptWish, PromptWriter } from '../../domain/prompt-writer.js';
import { videoAspects } from '../../domain/video-aspects.js';
import { askForJson } from './ask-for-json.js';
import type { LanguageModel } from './language-model.js';
import { writingInstructions, writingSchema } from './writing-instructions.js';

const MAX_OUTPUT_TOKENS = 700;
const MAX_PROMPT_CHARACTERS = 1_500;
const MAX_ASPECT_CHARACTERS = 160;

/** Asks a language model to word prompts better. What it writes comes back as plain words only. */
export class LlmPromptWriter implements PromptWriter {
  constructor(private readonly model: LanguageModel) {}

  get version(): string {
    return this.model.modelId;
  }

  async write({ prompt, workflow, context }: PromptWish, signal: AbortSignal): ReturnType<PromptWriter['write']> {
    const edits = kindOfEdit(workflow);
    const aspects = videoAspects(workflow);
    const request = {
      task: 'prompt',
      instructions: writingInstructions(workflow, edits),
      schema: writingSchema(workflow),
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      data: {
        prompt,
        workflow,
        edits,
        has_image: context.workingImages + context.uploadedImages > 0,
        references: context.references,
      },
    };
    const texts = aspects.map(({ name, answers }) => [name, answers ? z.enum(answers) : z.string()] as const);
    const shape = z.object({ prompt: z.string(), ...Object.fromEntries(texts) });
    const result = await askForJson(this.model, request, shape, signal);
    if (!result.ok) return result;
    const said: Readonly<Record<string, unknown>> = result.answer;
    const aspect = (name: string): string =>
      plainText(String(said[name]), { maxCharacters: MAX_ASPECT_CHARACTERS, source: prompt });
    return {
      ok: true,
      draft: {
        prompt: plainText(result.answer.prompt, { maxCharacters: MAX_PROMPT_CHARACTERS, source: prompt }),
        aspects: Object.fromEntries(aspects.map(({ name }) => [name, aspect(name)])),
      },
    };
  }
}
