import type { LanguageModelFailure } from '../../domain/language-model-failure.js';
import type { TokenUsage } from '@atelier/model-catalog';

/** One question to a language model. Everything but `data` is ours and the same for everybody. */
export interface LanguageModelRequest {
  /** Name of the answer's schema: letters, digits, `_`. */
  readonly task: string;
  readonly instructions: string;
  /** What the question is about; travels as JSON in the user role and is never an instruction. */
  readonly data: Readonly<Record<string, unknown>>;
  /** JSON Schema of the answer, of the strict subset: all properties required, no others allowed. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly maxOutputTokens: number;
}

/** A whole answer: text that should be JSON of the schema, and what it was billed for, if the provider says so. */
export interface Completion {
  readonly content: string;
  readonly usage?: TokenUsage;
}

/** A language model behind any number of policies. */
export interface LanguageModel {
  /** As its provider calls it. */
  readonly modelId: string;
  /** Rejects with LanguageModelError. */
  complete(request: LanguageModelRequest, signal: AbortSignal): Promise<Completion>;
}

/** What the provider bills for a call that failed: certainly nothing, nobody can tell, or what it says itself. */
export type Billing = 'nothing' | 'unclear' | TokenUsage;

/** More about a failed call. */
export interface LanguageModelErrorDetails {
  readonly billing: Billing;
  /** It speaks against the provider's health; default false. */
  readonly isProviderFault?: boolean;
  /** It may pass by itself; default false. */
  readonly isRetryable?: boolean;
  /** Wait that the provider asked for. */
  readonly retryAfterMs?: number;
  /** HTTP status and the provider's code, for our log. */
  readonly status?: number;
  readonly code?: string;
  readonly cause?: unknown;
}

/** A call without an answer. Its message and details are for our log only. */
export class LanguageModelError extends Error {
  override readonly name = 'LanguageModelError';

  constructor(
    readonly failure: LanguageModelFailure,
    readonly details: LanguageModelErrorDetails,
  ) {
    super(`The language model gave no answer: ${failure}.`, { cause: details.cause });
  }
}

/** True when a signal ended because time ran out, not because somebody left. */
export function isTimeout({ reason }: AbortSignal): boolean {
  return typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
}
