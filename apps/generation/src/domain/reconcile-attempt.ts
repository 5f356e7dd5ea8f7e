import type { AttemptTools } from './attempt-tools.js';
import type { Attempt, Generation } from './generation.js';
import { failAttempt, loseOutcome, submit } from './life-cycle.js';
import { Abandoned, type Lease } from './ports.js';
import { pollRetryWaitMs } from './polling.js';
import { judgePurchase, type Purchase, type Verdict } from './purchase.js';
import { longestRequestMs } from './submit-attempt.js';

/** A list is read within this time, in milliseconds. */
const longestListMs = 60_000;
/** Not to be found means: not found twice, this far apart, in milliseconds. */
const recheckMs = 5_000;
/** Also past its deadline an attempt is looked for this long, in milliseconds: it may have been bought before. */
const leastSearchMs = 30_000;

/**
 * Finds out what became of an attempt whose answer was lost, before anything else is bought: found in the provider's list
 * it is followed like any other; surely not there it has bought nothing; and when neither can be said until the deadline,
 * it counts as spent.
 */
export async function reconcileAttempt(tools: AttemptTools, lease: Lease, generation: Generation): Promise<Generation> {
  const { clock, memory, purchases, isJobTaken } = tools;
  const attempt = generation.attempts.at(-1);
  if (!attempt) return generation;
  // The answer came after the work was taken over, or a webhook named the attempt.
  if (attempt.providerJobId !== '') return lease.apply(submit(attempt.providerJobId));
  const purchase = await purchases.find(attempt.attemptId);
  if (!purchase || !memory.remembers(attempt.provider)) return lease.apply(loseOutcome);

  const untilMs = Math.max(generation.deadlineMs ?? 0, clock.now() + leastSearchMs);
  const listIsFinalMs = endOfRequestMs(attempt) + tools.settleMs;
  let absentSinceMs: number | undefined;
  for (let looks = 1; ; looks += 1) {
    const lookMs = clock.now();
    const verdict = await look(tools, lease, purchase);
    if (lease.signal.aborted) throw new Abandoned();
    if (verdict?.kind === 'found') {
      try {
        return await lease.apply(submit(verdict.jobId));
      } catch (error) {
        // Another attempt was faster: then it is not this one's, and the next look knows.
        if (!isJobTaken(error)) throw error;
      }
    }
    if (verdict?.kind === 'absent' && lookMs >= listIsFinalMs) {
      absentSinceMs ??= lookMs;
      if (lookMs - absentSinceMs >= recheckMs) return lease.apply(failAttempt('not_bought'));
    } else if (verdict !== undefined) absentSinceMs = undefined;
    if (clock.now() >= untilMs) return lease.apply(loseOutcome);
    await lease.nap(waitMs(looks, clock.now(), absentSinceMs, listIsFinalMs, untilMs));
    if (lease.signal.aborted) throw new Abandoned();
  }
}

/** Undefined when the list could not be read. */
async function look(tools: AttemptTools, lease: Lease, purchase: Purchase): Promise<Verdict | undefined> {
  const { clock, memory, purchases, pollTurn } = tools;
  const turnMs = pollTurn(purchase.provider);
  if (turnMs > 0) await clock.sleep(turnMs, lease.signal);
  const signal = AbortSignal.any([lease.signal, AbortSignal.timeout(longestListMs)]);
  const listed = await memory.findSubmitted(purchase, signal);
  const ids = listed?.jobs.map(({ id }) => id) ?? [];
  // After the list: whoever bought one of these jobs has been in our books since before it was bought.
  const standing = await purchases.standing(purchase, ids);
  if (standing.jobId !== undefined) return { kind: 'found', jobId: standing.jobId };
  return listed && judgePurchase(listed, standing);
}

/** When the request has surely ended: known, or when a process that holds it, if it lives, gives it up. */
function endOfRequestMs(attempt: Attempt): number {
  return attempt.doubtTimeMs ?? attempt.startTimeMs + longestRequestMs;
}

/** Grows with every look, but meets the moments from which a list says more than before. */
function waitMs(
  looks: number,
  nowMs: number,
  absentSinceMs: number | undefined,
  listIsFinalMs: number,
  untilMs: number,
): number {
  const nextMs = absentSinceMs === undefined ? listIsFinalMs : absentSinceMs + recheckMs;
  const moments = [nextMs, untilMs].filter((moment) => moment > nowMs).map((moment) => moment - nowMs);
  return Math.min(pollRetryWaitMs(looks, undefined), ...moments);
}
