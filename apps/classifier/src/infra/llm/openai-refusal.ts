import { z } from 'zod';
import type { HttpAnswer } from './http-exchange.js';
import { LanguageModelError } from './language-model.js';

const problemShape = z.object({ error: z.object({ code: z.string().nullish(), type: z.string().nullish() }) });

const noCredit = new Set(['insufficient_quota', 'billing_hard_limit_reached']);
const policy = new Set(['content_policy_violation', 'moderation_blocked', 'content_filter']);

/**
 * What an HTTP answer that is no success means. A 5xx leaves open whether the model ran and is billed, but for a 503
 * that the provider itself words: it took nothing. Other 4xx are our own mistake and don't pass by themselves.
 */
export function openAiRefusal({ status, headers, body }: HttpAnswer, nowMs: number): LanguageModelError {
  const problem = problemShape.safeParse(jsonOf(body)).data?.error;
  const code = problem?.code ?? problem?.type ?? '';
  const seen = { status, code };
  if (noCredit.has(code)) return new LanguageModelError('quota', { ...seen, billing: 'nothing' });
  if (policy.has(code) && status < 500) return new LanguageModelError('refused', { ...seen, billing: 'nothing' });
  if (status !== 408 && status !== 429 && status < 500)
    return new LanguageModelError('rejected', { ...seen, billing: 'nothing' });
  const isClear = status < 500 || (status === 503 && problem !== undefined);
  return new LanguageModelError(status === 429 ? 'rate_limited' : 'unavailable', {
    ...seen,
    billing: isClear ? 'nothing' : 'unclear',
    isProviderFault: true,
    isRetryable: headers.get('x-should-retry') !== 'false',
    retryAfterMs: retryAfterMs(headers, nowMs),
  });
}

/** Wait that an answer asks for (`retry-after-ms`, or `Retry-After` in seconds or as a date), in milliseconds. */
function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const precise = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (precise >= 0) return precise;
  const text = headers.get('retry-after') ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
