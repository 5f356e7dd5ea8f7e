import OpenAI from 'openai';
import type { TokenUsage } from '@atelier/model-catalog';
import { z } from 'zod';
import { exchange } from './http-exchange.js';
import {
  type Completion,
  type LanguageModel,
  LanguageModelError,
  type LanguageModelRequest,
} from './language-model.js';
import { openAiRefusal } from './openai-refusal.js';
import { promptData } from './prompt-data.js';

/** A chat model, and which parameters it takes. */
export interface OpenAiLanguageModelOptions {
  readonly apiKey: string;
  /** Ends in `/v1`; the official API when absent. */
  readonly baseUrl?: string;
  readonly modelId: string;
  /** Left out for models that refuse it. */
  readonly temperature?: number;
  /** Older chat models take `max_tokens`, reasoning models only `max_completion_tokens`. */
  readonly tokenLimitParameter?: 'max_tokens' | 'max_completion_tokens';
  readonly reasoningEffort?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch milliseconds, for a Retry-After that is a date. */
  readonly now?: () => number;
}

const count = z.int().nonnegative();
const completionShape = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});
const usageShape = z.object({
  usage: z.object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
  }),
});

/** One call of the official SDK for one question: no retries, no timers of its own, no redirects, bounded answers. */
export class OpenAiLanguageModel implements LanguageModel {
  readonly modelId: string;

  constructor(private readonly options: OpenAiLanguageModelOptions) {
    this.modelId = options.modelId;
  }

  async complete(request: LanguageModelRequest, signal: AbortSignal): Promise<Completion> {
    const { apiKey, baseUrl, fetch = globalThis.fetch, now = Date.now } = this.options;
    let failure: LanguageModelError | undefined;
    // What the SDK makes of a failure is not used: it wraps, replaces or drops what decides about money.
    const observed: typeof globalThis.fetch = async (input, init = {}) => {
      try {
        const answer = await exchange(fetch, input, init, signal);
        if (answer.status < 200 || answer.status > 299) throw openAiRefusal(answer, now());
        return new Response(answer.body, { status: 200, headers: { 'content-type': 'application/json' } });
      } catch (error) {
        failure = error instanceof LanguageModelError ? error : undefined;
        throw error;
      }
    };
    const client = new OpenAI({ apiKey, baseURL: baseUrl, fetch: observed, maxRetries: 0, logLevel: 'off' });
    let answer: unknown;
    try {
      answer = await client.chat.completions.create(this.bodyOf(request));
    } catch (cause) {
      throw failure ?? new LanguageModelError('invalid', { billing: 'unclear', isProviderFault: true, cause });
    }
    return readCompletion(answer);
  }

  private bodyOf({ task, instructions, data, schema, maxOutputTokens }: LanguageModelRequest) {
    const { modelId, temperature, tokenLimitParameter = 'max_tokens', reasoningEffort } = this.options;
    return {
      model: modelId,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: promptData(data) },
      ],
      response_format: { type: 'json_schema', json_schema: { name: task, strict: true, schema: { ...schema } } },
      [tokenLimitParameter]: maxOutputTokens,
      ...(temperature === undefined ? {} : { temperature }),
      ...(reasoningEffort === undefined ? {} : { reasoning_effort: reasoningEffort as OpenAI.ReasoningEffort }),
    } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
  }
}

/** Refusals and broken-off answers are billed like others, and say nothing against the provider: prompts cause them. */
function readCompletion(answer: unknown): Completion {
  const usage = readUsage(answer);
  const parsed = completionShape.safeParse(answer);
  const billing = usage ?? 'unclear';
  if (!parsed.success) throw new LanguageModelError('invalid', { billing, isProviderFault: true });
  const [choice] = parsed.data.choices;
  const { content, refusal } = choice?.message ?? {};
  if (refusal || choice?.finish_reason === 'content_filter') throw new LanguageModelError('refused', { billing });
  if (choice?.finish_reason === 'length') throw new LanguageModelError('truncated', { billing });
  if (!content) throw new LanguageModelError('invalid', { billing });
  return { content, ...(usage ? { usage } : {}) };
}

function readUsage(answer: unknown): TokenUsage | undefined {
  const usage = usageShape.safeParse(answer).data?.usage;
  // Nothing is free: a report of nothing is none.
  if (!usage || usage.prompt_tokens === 0) return undefined;
  const cached = Math.min(usage.prompt_tokens, usage.prompt_tokens_details?.cached_tokens ?? 0);
  return { inputTokens: usage.prompt_tokens, cachedInputTokens: cached, outputTokens: usage.completion_tokens };
}
