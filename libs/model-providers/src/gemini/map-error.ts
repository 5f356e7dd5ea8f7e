import { z } from 'zod';
import { ProviderError } from '../provider-error.js';
import { type HttpAnswer, jsonOf, retryAfterMs } from '../transport/http-answer.js';
import { kindOfStatus } from '../transport/kind-of-status.js';

/** google.rpc.Status as JSON, of which RetryInfo is a detail. */
const problemSchema = z.object({
  error: z.object({
    status: z.string().optional(),
    details: z
      .array(z.looseObject({ retryDelay: z.string().optional() }))
      .optional()
      .catch(undefined),
  }),
});

/** Reasons to end (`finishReason`, `blockReason`) that mean a safety system, by their words. */
export function isContentPolicy(reason: string): boolean {
  return /SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION/.test(reason);
}

/** A refusal as ProviderError; Google's own text is left out, since it may quote the input. */
export function toProviderError(answer: HttpAnswer, buys: boolean, nowMs: number): ProviderError {
  const problem = problemSchema.safeParse(jsonOf(answer)).data?.error;
  const { status } = answer;
  const kind = kindOfStatus(status, { buys, inProvidersWords: problem !== undefined });
  const message = [`Gemini answered ${status}`, problem?.status].filter(Boolean).join(': ');
  return new ProviderError(kind, 'gemini', message, {
    status,
    retryAfterMs: kind === 'rate_limited' ? (retryAfterMs(answer.headers, nowMs) ?? delayTold(problem)) : undefined,
  });
}

function delayTold(problem: z.infer<typeof problemSchema>['error'] | undefined): number | undefined {
  const delay = problem?.details?.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay ?? '';
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
