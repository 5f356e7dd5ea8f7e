import { type Failure, failure, failureOf } from './failure.js';
import type { Attempt } from './generation.js';

/** Whether a model can be asked at all; `disabled` by an operator. */
export type CandidateState = 'usable' | 'circuit_open' | 'disabled' | 'not_configured';

/** A model of the chain and whether it can be asked. */
export interface Candidate {
  readonly modelId: string;
  readonly provider: string;
  readonly state: CandidateState;
}

/** What to do after an attempt that bought nothing, or before the first one. */
export type NextAttempt =
  | { readonly kind: 'attempt'; readonly modelId: string; readonly notBeforeMs: number }
  | { readonly kind: 'give_up'; readonly failure: Failure };

/** Paid requests of one generation, fallbacks included. */
export const maxAttempts = 3;

const defaultWaitMs = 2_000;

/**
 * Chooses the model to ask next: the one that may be asked soonest, then the one asked least, then the first of the chain.
 * A rate limit holds back all models of its provider for as long as it said; what failed for good is not asked again.
 */
export function nextAttempt(
  candidates: readonly Candidate[],
  attempts: readonly Attempt[],
  time: { readonly nowMs: number; readonly deadlineMs: number },
): NextAttempt {
  const open = candidates.filter((candidate) => candidate.state === 'usable' && isWorthAsking(candidate, attempts));
  const choices = open.map(({ modelId, provider }) => ({
    modelId,
    notBeforeMs: Math.max(time.nowMs, ...attempts.filter(holdsBack(modelId, provider)).map(retryAtMs)),
    asked: attempts.filter((attempt) => attempt.modelId === modelId).length,
  }));
  const [choice] = choices.sort((a, b) => a.notBeforeMs - b.notBeforeMs || a.asked - b.asked);
  if (!choice || attempts.length >= maxAttempts) return { kind: 'give_up', failure: lastWord(candidates, attempts) };
  const { modelId, notBeforeMs } = choice;
  if (notBeforeMs >= time.deadlineMs)
    return { kind: 'give_up', failure: attempts.at(-1)?.failure ?? failureOf('deadline') };
  return { kind: 'attempt', modelId, notBeforeMs };
}

/** Only what may pass by itself is asked again: a rate limit and an unreachable provider. */
function isWorthAsking({ modelId, provider }: Candidate, attempts: readonly Attempt[]): boolean {
  return attempts.every(
    (attempt) =>
      attempt.failureKind === 'rate_limited' ||
      attempt.failureKind === 'not_bought' ||
      (attempt.modelId !== modelId &&
        !(attempt.failureKind === 'insufficient_credit' && attempt.provider === provider)),
  );
}

function holdsBack(modelId: string, provider: string) {
  return (attempt: Attempt): boolean =>
    attempt.modelId === modelId || (attempt.failureKind === 'rate_limited' && attempt.provider === provider);
}

function retryAtMs(attempt: Attempt): number {
  return attempt.retryAtMs ?? (attempt.endTimeMs ?? attempt.startTimeMs) + defaultWaitMs;
}

function lastWord(candidates: readonly Candidate[], attempts: readonly Attempt[]): Failure {
  const last = attempts.at(-1)?.failure;
  if (last) return last;
  const some = (wanted: CandidateState) => candidates.some(({ state }) => state === wanted);
  if (some('usable') || some('circuit_open')) return failure('PROVIDER_UNAVAILABLE');
  return failure(some('disabled') ? 'PROVIDER_DISABLED' : 'PROVIDER_NOT_CONFIGURED');
}
