import type { z } from 'zod';
import type { LanguageModelFailure } from '../../domain/language-model-failure.js';
import { type LanguageModel, LanguageModelError, type LanguageModelRequest } from './language-model.js';

/**
 * Asks a question whose answer is JSON and checks its shape again on our side. Every way in which a language model
 * can fail is a result, never an error.
 */
export async function askForJson<Answer>(
  model: LanguageModel,
  request: LanguageModelRequest,
  shape: z.ZodType<Answer>,
  signal: AbortSignal,
): Promise<{ ok: true; answer: Answer } | { ok: false; failure: LanguageModelFailure }> {
  let content: string;
  try {
    ({ content } = await model.complete(request, signal));
  } catch (error) {
    if (error instanceof LanguageModelError) return { ok: false, failure: error.failure };
    throw error;
  }
  const parsed = shape.safeParse(jsonOf(content));
  return parsed.success ? { ok: true, answer: parsed.data } : { ok: false, failure: 'invalid' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
