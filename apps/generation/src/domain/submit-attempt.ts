import type { LoadedImage, WorkRequest } from './provider-work.js';
import type { AttemptTools } from './attempt-tools.js';
import { concludeAttempt } from './conclude-attempt.js';
import { failureOf } from './failure.js';
import { followAttempt } from './follow-attempt.js';
import type { Attempt, Generation } from './generation.js';
import { fail, failAttempt, loseOutcome, submit } from './life-cycle.js';
import { Abandoned, type AttemptPlan, type Lease, type ProviderAnswer } from './ports.js';

/** An unanswered request to a provider is given up after this time, in milliseconds. */
const longestAnswerMs = 120_000;

/** Makes the paid request of an attempt that is already written down, and goes on until the attempt has ended. */
export async function submitAttempt(
  tools: AttemptTools,
  lease: Lease,
  generation: Generation,
  plan: AttemptPlan,
  images: readonly LoadedImage[],
): Promise<Generation> {
  const attempt = generation.attempts.at(-1);
  if (!attempt) return generation;
  const answer = await ask(tools, lease, generation, attempt, plan, images);
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

function ask(
  { desk, clock }: AttemptTools,
  lease: Lease,
  generation: Generation,
  attempt: Attempt,
  plan: AttemptPlan,
  images: readonly LoadedImage[],
): Promise<ProviderAnswer> {
  const restMs = Math.max(1_000, (generation.deadlineMs ?? clock.now()) - clock.now());
  const request: WorkRequest = {
    attemptId: attempt.attemptId,
    modelId: plan.modelId,
    ...(plan.version ? { version: plan.version } : {}),
    input: plan.input,
    images: Object.fromEntries(
      plan.imageFields.map(({ field, indices }) => [field, indices.flatMap((index) => images[index] ?? [])]),
    ),
    deadlineMs: restMs,
  };
  const timeout = AbortSignal.timeout(Math.min(longestAnswerMs, restMs));
  // With a job id to come, waiting for it is the only way to cancel what was just bought.
  const signal = desk.hasJobs(plan.provider) ? timeout : AbortSignal.any([timeout, lease.signal]);
  return desk.submit(plan.provider, request, signal);
}

function giveUp({ clock }: AttemptTools, lease: Lease, answer: ProviderAnswer & { ok: false }): Promise<Generation> {
  if (lease.signal.aborted) throw new Abandoned();
  if (answer.kind === 'unknown') return lease.apply(loseOutcome);
  if (answer.kind === 'content_policy') return lease.apply(fail(failureOf('content_policy'), 'content_policy'));
  const retryAtMs = answer.retryAfterMs === undefined ? undefined : clock.now() + answer.retryAfterMs;
  return lease.apply(failAttempt(answer.kind, retryAtMs));
}
