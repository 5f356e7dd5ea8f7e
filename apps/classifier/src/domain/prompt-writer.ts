import type { IntentContext, Workflow } from './intent.js';
import type { LanguageModelFailure } from './language-model-failure.js';

/** What a language model proposes for a prompt: plain words of one line. */
export interface PromptDraft {
  /** The user's prompt, worded better. */
  readonly prompt: string;
  /** By the names of the workflow's aspects. */
  readonly aspects: Readonly<Record<string, string>>;
}

/** A prompt to write anew. */
export interface PromptWish {
  readonly prompt: string;
  readonly workflow: Workflow;
  readonly context: IntentContext;
}

/** Writes prompts anew. It never throws. */
export interface PromptWriter {
  /** Changes with what writes: answers of one version are not taken for those of another. */
  readonly version: string;
  write(
    wish: PromptWish,
    signal: AbortSignal,
  ): Promise<
    { readonly ok: true; readonly draft: PromptDraft } | { readonly ok: false; readonly failure: LanguageModelFailure }
  >;
}
