import { z } from 'zod';
import { ProviderError, type ProviderFailureKind } from '../provider-error.js';
import { type HttpAnswer, jsonOf, retryAfterMs } from '../transport/http-answer.js';
import { kindOfStatus } from '../transport/kind-of-status.js';

const problemSchema = z.object({
  error: z.object({ code: z.string().nullish(), type: z.string().nullish(), param: z.string().nullish() }),
});

/** Codes (or types) that say more than their status; `insufficient_quota` comes as 429 and no wait helps. */
const KINDS: ReadonlyMap<string, ProviderFailureKind> = new Map([
  ['moderation_blocked', 'content_policy'],
  ['content_policy_violation', 'content_policy'],
  ['image_content_policy_violation', 'content_policy'],
  ['content_filter', 'content_policy'],
  ['insufficient_quota', 'insufficient_credit'],
  ['billing_hard_limit_reached', 'insufficient_credit'],
  ['billing_not_active', 'insufficient_credit'],
  ['model_not_found', 'model_unavailable'],
  ['model_deprecated', 'model_unavailable'],
]);

/** A refusal as ProviderError; OpenAI's own text is left out, since it may quote the prompt or the key. */
export function toProviderError(answer: HttpAnswer, buys: boolean, nowMs: number): ProviderError {
  const problem = problemSchema.safeParse(jsonOf(answer)).data?.error;
  const { status } = answer;
  const byStatus = kindOfStatus(status, { buys, inProvidersWords: problem !== undefined });
  const kind = (status < 500 && kindTold(problem)) || byStatus;
  const message = [`OpenAI answered ${status}`, problem?.code ?? problem?.type, problem?.param]
    .filter(Boolean)
    .join(': ');
  return new ProviderError(kind, 'openai', message, {
    status,
    retryAfterMs: kind === 'rate_limited' ? retryAfterMs(answer.headers, nowMs) : undefined,
  });
}

function kindTold(problem: z.infer<typeof problemSchema>['error'] | undefined): ProviderFailureKind | undefined {
  const told = KINDS.get(problem?.code ?? '') ?? KINDS.get(problem?.type ?? '');
  // The images endpoints refuse a model that is gone as a wrong value of `model`.
  return told ?? (problem?.code === 'invalid_value' && problem.param === 'model' ? 'model_unavailable' : undefined);
}
