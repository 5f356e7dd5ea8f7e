import type { AttemptTools } from './attempt-tools.js';
import { concludeAttempt } from './conclude-attempt.js';
import { failureOf } from './failure.js';
import type { Generation } from './generation.js';
import { fail, loseOutcome, planPercent, progress } from './life-cycle.js';
import { pollRetryWaitMs, pollWaitMs } from './polling.js';
import { Abandoned, type Lease } from './ports.js';

/** Look-ups are bounded by this time each, in milliseconds. */
const longestLookUpMs = 30_000;

/**
 * Looks a submitted attempt up until it has ended or the time allowed is over. An attempt found after a restart is looked
 * up at once, also past its deadline: it may have been delivered in the meantime.
 */
export async function followAttempt(
  tools: AttemptTools,
  lease: Lease,
  found: Generation,
  first: 'at_once' | 'after_a_while',
): Promise<Generation> {
  const { clock, desk, pollTurn, typicalMs, webhookAddress } = tools;
  const attempt = found.attempts.at(-1);
  if (!attempt) return found;
  const deadlineMs = found.deadlineMs ?? clock.now();
  let generation = found;
  let failures = 0;
  const pause = (): number =>
    pollWaitMs({
      elapsedMs: clock.now() - attempt.startTimeMs,
      typicalMs: typicalMs(attempt.modelId),
      isTold: webhookAddress(attempt.provider, '') !== undefined,
      jitter: tools.random.fraction(),
    });
  let waitMs = first === 'at_once' ? 0 : pause();
  for (;;) {
    await lease.nap(waitMs);
    const turnMs = lease.signal.aborted ? 0 : pollTurn(attempt.provider);
    if (turnMs > 0) await clock.sleep(turnMs, lease.signal);
    if (lease.signal.aborted) throw new Abandoned();
    const signal = AbortSignal.any([lease.signal, AbortSignal.timeout(longestLookUpMs)]);
    const answer = await desk.lookUp(attempt.provider, attempt.providerJobId, signal);
    if (lease.signal.aborted) throw new Abandoned();
    if (answer.ok && answer.job.state !== 'starting' && answer.job.state !== 'processing')
      return concludeAttempt(tools, lease, generation, answer.job);
    // It was bought, and what it produced can't be had any more.
    if (!answer.ok && answer.gone) return lease.apply(loseOutcome);
    if (clock.now() >= deadlineMs) {
      await desk.cancel(attempt.provider, attempt.providerJobId);
      return lease.apply(fail(failureOf('deadline'), 'deadline'));
    }
    failures = answer.ok ? 0 : failures + 1;
    const percent = answer.ok ? (answer.job.progress ?? 0) : 0;
    if (planPercent(generation, percent) > generation.progress) generation = await lease.apply(progress(percent));
    waitMs = answer.ok ? pause() : pollRetryWaitMs(failures, answer.retryAfterMs);
    waitMs = Math.min(waitMs, Math.max(0, deadlineMs - clock.now()));
  }
}
