import { z } from 'zod';
import { ProviderError } from '../provider-error.js';
import { type HttpAnswer, jsonOf, retryAfterMs } from '../transport/http-answer.js';
import { kindOfStatus } from '../transport/kind-of-status.js';

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string(),
  invalid_fields: z.array(z.object({ field: z.string() })).optional(),
});

/** Safety systems report in the error text of a failed prediction, each model in its own words. */
const CONTENT_POLICY =
  /\(E005\)|\bnsfw\b|flagged (as|by)|sensitive (content|input|output|words?)|content (policy|policies|moderation)|safety (filter|checker|system|guideline)|prohibited content|violat\w+.{0,40}(polic|guideline|terms)/i;

/** True when a prediction's error text says that a safety system refused it. */
export function isContentPolicy(text: string): boolean {
  return CONTENT_POLICY.test(text);
}

/** A refusal as ProviderError; texts that may quote the input are left out of its message. */
export function toProviderError(answer: HttpAnswer, buys: boolean, nowMs: number): ProviderError {
  const problem = problemSchema.safeParse(jsonOf(answer)).data;
  const { status } = answer;
  const isPolicy = (status === 400 || status === 422) && isContentPolicy(problem?.detail ?? '');
  const kind = isPolicy ? 'content_policy' : kindOfStatus(status, { buys, inProvidersWords: problem !== undefined });
  const fields = (problem?.invalid_fields ?? []).map(({ field }) => field).join(', ');
  const message = [`Replicate answered ${status}`, problem?.title, fields].filter(Boolean).join(': ');
  return new ProviderError(kind, 'replicate', message, {
    status,
    retryAfterMs:
      kind === 'rate_limited' ? (retryAfterMs(answer.headers, nowMs) ?? resetTold(problem?.detail)) : undefined,
  });
}

/** "Your rate limit resets in ~30s." comes without a header. */
function resetTold(detail = ''): number | undefined {
  const seconds = /resets in ~?(\d+)s/.exec(detail)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
