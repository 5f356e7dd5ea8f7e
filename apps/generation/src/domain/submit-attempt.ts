import type { AttemptTools } from './attempt-tools.js';
import { concludeAttempt } from './conclude-attempt.js';
import { failureOf } from './failure.js';
import { followAttempt } from './follow-attempt.js';
import type { Generation } from './generation.js';
import { doubt, fail, failAttempt, submit } from './life-cycle.js';
import { Abandoned, type Lease, type ProviderAnswer } from './ports.js';
import type { WorkRequest } from './provider-work.js';

/** An unanswered request to a provider is given up after this time, in milliseconds. */
const longestAnswerMs = 120_000;
/** Sooner where what became of it can be found out: such a provider answers before it does the work. */
const longestListedAnswerMs = 60_000;
/** Later than this after its attempt was written down, a request is not sent any more, in milliseconds. */
const latestSendMs = 15_000;
/** After this time an attempt's request to a provider with a list has surely ended, whoever made it; in milliseconds. */
export const longestRequestMs = latestSendMs + longestListedAnswerMs;

/** Makes the paid request of an attempt that is already written down, and goes on until the attempt has ended. */
export async function submitAttempt(
  tools: AttemptTools,
  lease: Lease,
  generation: Generation,
  request: WorkRequest,
): Promise<Generation> {
  const attempt = generation.attempts.at(-1);
  if (!attempt) return generation;
  // A process that was suspended meanwhile must not buy what others already look for in vain.
  const isLate = tools.clock.now() - attempt.startTimeMs > latestSendMs;
  const answer = isLate ? notSent : await ask(tools, lease, generation, request);
  if (!answer.ok) return giveUp(tools, lease, answer);
  const { job } = answer;
  if (job.id === '') return concludeAttempt(tools, lease, generation, job);
  const submitted = await lease.apply(submit(job.id)).catch(async (error: unknown) => {
    // Cancelled, or taken over, while the answer was on the way: the id must not get lost with it.
    await tools.store.noteProviderJob(attempt.attemptId, job.id);
    throw error;
  });
  return job.state === 'starting' || job.state === 'processing'
    ? followAttempt(tools, lease, submitted, 'after_a_while')
    : concludeAttempt(tools, lease, submitted, job);
}

const notSent: ProviderAnswer & { ok: false } = { ok: false, kind: 'not_bought' };

function ask(
  { desk, clock, memory }: AttemptTools,
  lease: Lease,
  { provider, deadlineMs }: Generation,
  request: WorkRequest,
): Promise<ProviderAnswer> {
  const restMs = timeLeftMs(clock.now(), deadlineMs);
  const patienceMs = memory.remembers(provider) ? longestListedAnswerMs : longestAnswerMs;
  const timeout = AbortSignal.timeout(Math.min(patienceMs, restMs));
  // With a job id to come, waiting for it is the only way to cancel what was just bought.
  const signal = desk.hasJobs(provider) ? timeout : AbortSignal.any([timeout, lease.signal]);
  return desk.submit(provider, { ...request, deadlineMs: restMs }, signal);
}

/** Time left for the work, in milliseconds; never so little that a provider could not take the request. */
export function timeLeftMs(nowMs: number, deadlineMs: number | undefined): number {
  return Math.max(1_000, (deadlineMs ?? nowMs) - nowMs);
}

function giveUp({ clock }: AttemptTools, lease: Lease, answer: ProviderAnswer & { ok: false }): Promise<Generation> {
  if (lease.signal.aborted) throw new Abandoned();
  // Nothing else may be bought before it is known what this was.
  if (answer.kind === 'unknown') return lease.apply(doubt);
  if (answer.kind === 'content_policy') return lease.apply(fail(failureOf('content_policy'), 'content_policy'));
  const retryAtMs = answer.retryAfterMs === undefined ? undefined : clock.now() + answer.retryAfterMs;
  return lease.apply(failAttempt(answer.kind, retryAtMs));
}
