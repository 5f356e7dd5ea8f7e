import type { PromptReading } from './cue-lexicon.js';
import type { IntentContext, Workflow } from './intent.js';
import type { LanguageModelFailure } from './language-model-failure.js';

export type { LanguageModelFailure } from './language-model-failure.js';

/** What the local model says: a calibrated probability for each of `workflows`, in that order. */
export interface LocalAnswer {
  probabilities: Float64Array;
  /** Probability that the result needs a looked-up fact. */
  requiresWebSearch: number;
  reading: PromptReading;
}

/** The in-process model. It never fails and never waits. */
export interface IntentModel {
  readonly version: string;
  classify(prompt: string, context: IntentContext): LocalAnswer;
  /** Confidence below which about this share (0..1) of prompts lies. */
  sureFrom(share: number): number;
}

/** What a language model said about a prompt. */
export interface LanguageModelAnswer {
  workflow: Workflow;
  /** 0..1 as the model says it; not calibrated. */
  confidence: number;
  /** One sentence of plain text. */
  reasoning: string;
  requiresWebSearch: boolean;
  /** One line of plain text; empty when the model named nothing to look up. */
  webSearchQuery: string;
}

/** An answer, or why there is none: callers expect both. */
export type LanguageModelResult =
  | { ok: true; answer: LanguageModelAnswer }
  | { ok: false; failure: LanguageModelFailure };

/** The remote stage, asked only where the local model is unsure. It never throws. */
export interface LanguageModelClassifier {
  readonly version: string;
  classify(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult>;
}
