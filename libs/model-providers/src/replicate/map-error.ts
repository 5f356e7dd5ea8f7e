import { z } from 'zod';
import { ProviderError, type ProviderFailureKind } from '../provider-error.js';
import { type HttpAnswer, jsonOf, retryAfterMs } from '../transport/http-answer.js';
import { kindOfStatus } from '../transport/kind-of-status.js';

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string(),
  invalid_fields: z.array(z.object({ field: z.string() })).optional(),
});

/** Safety systems report in the error text of a failed prediction, each model in its own words. */
const CONTENT_POLICY =
  /\(E005\)|\bnsfw\b|flagged (as|by)|sensitive (content|input|output|words?)|content (policy|policies|moderation)|safety (filter|checker|system|guideline)|prohibited content|request moderated|moderation (failed|blocked|rejected)|new_sensitive|responsible ai|risk control|violat\w+.{0,40}(polic|guideline|terms)/i;

/** A version or model that is not there any more is refused like a wrong input; these words tell it. */
const GONE =
  /invalid version|version .{0,60}(not exist|disabled)|no longer (available|supported)|(has been|was|is) (deprecated|removed|retired|disabled)/i;

/** True when a prediction's error text says that a safety system refused it. */
export function isContentPolicy(text: string): boolean {
  return CONTENT_POLICY.test(text);
}

/** A refusal as ProviderError; texts that may quote the input are left out of its message. */
export function toProviderError(answer: HttpAnswer, buys: boolean, nowMs: number): ProviderError {
  const problem = problemSchema.safeParse(jsonOf(answer)).data;
  const { status } = answer;
  const told = status === 400 || status === 422 ? kindTold(problem, buys) : undefined;
  // A 503 is not believed either: whether it created something is found out from the list of predictions.
  const kind = told ?? kindOfStatus(status, { buys, inProvidersWords: false });
  const fields = (problem?.invalid_fields ?? []).map(({ field }) => field).join(', ');
  const message = [`Replicate answered ${status}`, problem?.title, fields].filter(Boolean).join(': ');
  return new ProviderError(kind, 'replicate', message, {
    status,
    retryAfterMs:
      kind === 'rate_limited' ? (retryAfterMs(answer.headers, nowMs) ?? resetTold(problem?.detail)) : undefined,
  });
}

function kindTold(problem: z.infer<typeof problemSchema> | undefined, buys: boolean): ProviderFailureKind | undefined {
  const { title = '', detail = '' } = problem ?? {};
  if (isContentPolicy(detail)) return 'content_policy';
  return buys && GONE.test(`${title}. ${detail}`) ? 'model_unavailable' : undefined;
}

/** "Your rate limit resets in ~30s." comes without a header. */
function resetTold(detail = ''): number | undefined {
  const seconds = /resets in ~?(\d+)s/.exec(detail)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
