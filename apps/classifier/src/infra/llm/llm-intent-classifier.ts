import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { z } from 'zod';
import type { LanguageModelClassifier, LanguageModelFailure, LanguageModelResult } from '../../domain/intent-models.js';
import { workflows, type IntentContext } from '../../domain/intent.js';
import { intentInstructions, intentSchema } from './intent-instructions.js';

export interface LlmIntentClassifierOptions {
  apiKey: string;
  /** Ends in `/v1`; a sandbox or a compatible server works too. */
  baseUrl?: string;
  model: string;
  /** Left out for models that refuse it. */
  temperature?: number;
  /** Older chat models take `max_tokens`, reasoning models only `max_completion_tokens`. */
  tokenLimitParameter?: 'max_tokens' | 'max_completion_tokens';
  maxOutputTokens?: number;
  maxInFlight?: number;
  maxRetries?: number;
  backoffMs?: number;
  /** For one attempt, where the caller's signal sets no earlier end. */
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
  random?: () => number;
  /** Waits; rejects or returns early when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const answerShape = z.object({
  workflow: z.enum(workflows),
  confidence: z.number().min(0).max(1),
  reasoning: z.string().min(1).max(600),
  requires_web_search: z.boolean(),
  web_search_query: z.string().max(300),
});

/** Asks an OpenAI chat model under a strict schema. Never throws: every way to fail is a typed result. */
export class LlmIntentClassifier implements LanguageModelClassifier {
  readonly version: string;
  private readonly client: OpenAI;
  private readonly options: LlmIntentClassifierOptions;
  private inFlight = 0;

  constructor(options: LlmIntentClassifierOptions) {
    this.options = options;
    this.version = options.model;
    this.client = new OpenAI({
      apiKey: options.apiKey,
      maxRetries: 0,
      timeout: options.timeoutMs ?? 30_000,
      ...(options.baseUrl === undefined ? {} : { baseURL: options.baseUrl }),
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
  }

  async classify(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    if (this.inFlight >= (this.options.maxInFlight ?? 10)) return { ok: false, failure: 'busy' };
    this.inFlight += 1;
    try {
      return await this.attempts(prompt, context, signal);
    } finally {
      this.inFlight -= 1;
    }
  }

  private async attempts(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    const { maxRetries = 2, backoffMs = 500, random = Math.random, sleep = waitFor } = this.options;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.ask(prompt, context, signal);
      if (result.ok || result.failure !== 'unavailable' || attempt >= maxRetries) return result;
      await sleep(backoffMs * 2 ** attempt * (0.5 + random()), signal);
      if (signal.aborted) return { ok: false, failure: 'timeout' };
    }
  }

  private async ask(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    const { model, temperature, tokenLimitParameter = 'max_tokens', maxOutputTokens = 300 } = this.options;
    const data = {
      prompt,
      working_images: context.workingImages,
      uploaded_images: context.uploadedImages,
      references: context.references,
    };
    try {
      const completion = await this.client.chat.completions.create(
        {
          model,
          messages: [
            { role: 'system', content: intentInstructions },
            { role: 'user', content: JSON.stringify(data) },
          ],
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'intent', strict: true, schema: { ...intentSchema } },
          },
          [tokenLimitParameter]: maxOutputTokens,
          ...(temperature === undefined ? {} : { temperature }),
        },
        { signal },
      );
      return readAnswer(completion);
    } catch (error) {
      return { ok: false, failure: failureOf(error, signal) };
    }
  }
}

function readAnswer(completion: OpenAI.Chat.Completions.ChatCompletion): LanguageModelResult {
  const choice = completion.choices?.[0];
  if (choice?.message?.refusal || choice?.finish_reason === 'content_filter') return { ok: false, failure: 'refused' };
  if (choice?.finish_reason === 'length') return { ok: false, failure: 'truncated' };
  let value: unknown;
  try {
    value = JSON.parse(choice?.message?.content ?? '');
  } catch {
    return { ok: false, failure: 'invalid' };
  }
  const parsed = answerShape.safeParse(value);
  if (!parsed.success) return { ok: false, failure: 'invalid' };
  const {
    workflow,
    confidence,
    reasoning,
    requires_web_search: requiresWebSearch,
    web_search_query: query,
  } = parsed.data;
  return {
    ok: true,
    answer: {
      workflow,
      confidence,
      reasoning,
      requiresWebSearch,
      webSearchQuery: requiresWebSearch ? query.trim() : '',
    },
  };
}

/** Only what may pass by itself is `unavailable`; an empty quota or a refused request is not asked again. */
function failureOf(error: unknown, signal: AbortSignal): LanguageModelFailure {
  if (signal.aborted || error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError)
    return 'timeout';
  if (error instanceof APIConnectionError) return 'unavailable';
  if (!(error instanceof APIError)) return 'invalid';
  if (error.code === 'insufficient_quota') return 'quota';
  const status: unknown = error.status;
  if (typeof status !== 'number' || status === 408 || status === 429 || status >= 500) return 'unavailable';
  return 'rejected';
}

function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
