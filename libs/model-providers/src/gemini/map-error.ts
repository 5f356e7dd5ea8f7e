import { z } from 'zod';
import { ProviderError, type ProviderFailureKind } from '../provider-error.js';
import { type HttpAnswer, jsonOf, retryAfterMs } from '../transport/http-answer.js';
import { kindOfStatus } from '../transport/kind-of-status.js';

/** google.rpc.Status as JSON, of which RetryInfo is a detail. */
const problemSchema = z.object({
  error: z.object({
    status: z.string().optional(),
    message: z.string().optional(),
    details: z
      .array(z.looseObject({ retryDelay: z.string().optional(), reason: z.string().optional() }))
      .optional()
      .catch(undefined),
  }),
});

type Problem = z.infer<typeof problemSchema>['error'];

/** Words of a 400 by which the prompt was refused before a model saw it. */
const REFUSED_PROMPT = /responsible ai|prohibited use policy|sensitive words|violat\w+.{0,40}(polic|guideline)/i;

/** Reasons to end (`finishReason`, `blockReason`) that mean a safety system, by their words. */
export function isContentPolicy(reason: string): boolean {
  return /SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION|JAILBREAK|MODEL_ARMOR/.test(reason);
}

/** A refusal as ProviderError; Google's own text is left out, since it may quote the input. */
export function toProviderError(answer: HttpAnswer, buys: boolean, nowMs: number): ProviderError {
  const problem = problemSchema.safeParse(jsonOf(answer)).data?.error;
  const { status } = answer;
  const kind = kindTold(status, problem) ?? kindOfStatus(status, { buys, inProvidersWords: problem !== undefined });
  const message = [`Gemini answered ${status}`, problem?.status].filter(Boolean).join(': ');
  return new ProviderError(kind, 'gemini', message, {
    status,
    retryAfterMs: kind === 'rate_limited' ? (retryAfterMs(answer.headers, nowMs) ?? delayTold(problem)) : undefined,
  });
}

/** What is a matter of payment comes under three other statuses, and no wait helps. */
function kindTold(status: number, problem: Problem | undefined): ProviderFailureKind | undefined {
  const { message = '', details = [] } = problem ?? {};
  // The project has no billing where there is no free use; or a quota of nothing.
  if (status === 400 && problem?.status === 'FAILED_PRECONDITION') return 'insufficient_credit';
  if (status === 403 && details.some(({ reason }) => reason === 'BILLING_DISABLED')) return 'insufficient_credit';
  if (status === 429 && /\blimit: 0\b/.test(message)) return 'insufficient_credit';
  return status === 400 && REFUSED_PROMPT.test(message) ? 'content_policy' : undefined;
}

function delayTold(problem: Problem | undefined): number | undefined {
  const delay = problem?.details?.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay ?? '';
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
