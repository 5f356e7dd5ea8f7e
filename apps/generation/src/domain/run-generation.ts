import type { CancelAtProvider } from './cancel-at-provider.js';
import { failure } from './failure.js';
import { type FailureAdvice, withAdvice } from './failure-advice.js';
import { followAttempt } from './follow-attempt.js';
import { type Generation, isOpen } from './generation.js';
import { fail, start } from './life-cycle.js';
import { nextAttempt } from './next-attempt.js';
import {
  Abandoned,
  type AttemptPlan,
  type GenerationStore,
  InputImageProblem,
  type Lease,
  type ModelPlanner,
} from './ports.js';
import { reconcileAttempt } from './reconcile-attempt.js';
import { lostWith } from './replacement.js';
import { startAttempt, type StartTools } from './start-attempt.js';

/** What running a generation needs. */
export interface RunTools extends StartTools {
  readonly store: StartTools['store'] & Pick<GenerationStore, 'followers' | 'answerFromResults'>;
  readonly planner: ModelPlanner;
  readonly cancelAtProvider: CancelAtProvider;
  readonly advice: Pick<FailureAdvice, 'advise'>;
  /** True for the error that says that a budget does not cover the next attempt. */
  readonly isBudgetExceeded: (error: unknown) => boolean;
  /** Time allowed from start to end, in milliseconds. */
  readonly allowedMs: Readonly<Record<Generation['media'], number>>;
}

/**
 * Works on a generation until it has ended: from the queue, after a failed attempt, or from where another process left
 * off. What is stored says where it stands, so calling this again at any time is harmless.
 */
export class RunGeneration {
  constructor(private readonly tools: RunTools) {}

  async run(claimed: Lease): Promise<void> {
    const lease = withAdvice(claimed, this.tools.advice);
    let interrupted = false;
    try {
      let { generation } = lease;
      if (generation.state === 'queued') generation = await this.start(lease, generation);
      /** Models that turned out not to be able, or not affordable, in this run. */
      const ruledOut = new Set<string>();
      while (generation.state === 'running' && !lease.signal.aborted)
        generation = await this.step(lease, generation, ruledOut);
      if (generation.state === 'succeeded') await this.succeeded(generation);
    } catch (error) {
      interrupted = !(error instanceof Abandoned);
      if (interrupted) throw error;
      await this.tools.cancelAtProvider.run();
    } finally {
      if (interrupted) lease.lapse();
      else await lease.release();
    }
  }

  /** Equal requests that wait need not be bought. */
  private async succeeded(generation: Generation): Promise<void> {
    const { store } = this.tools;
    for (const follower of await store.followers(generation.generationId)) await store.answerFromResults(follower);
  }

  /** While it waited, an equal request may have got what this one wants. */
  private async start(lease: Lease, { media }: Generation): Promise<Generation> {
    return (await lease.answerFromResults()) ?? lease.apply(start(this.tools.allowedMs[media]));
  }

  private async step(lease: Lease, generation: Generation, ruledOut: Set<string>): Promise<Generation> {
    const attempt = generation.attempts.at(-1);
    if (!isOpen(attempt)) return this.attempt(lease, generation, ruledOut);
    return attempt.state === 'submitted'
      ? followAttempt(this.tools, lease, generation, 'at_once')
      : // The answer was lost, or a process died between the request and its answer.
        reconcileAttempt(this.tools, lease, generation);
  }

  private async attempt(lease: Lease, generation: Generation, ruledOut: Set<string>): Promise<Generation> {
    const { clock, desk } = this.tools;
    const plans = this.plans(generation).filter(({ modelId }) => !ruledOut.has(modelId));
    const candidates = plans.map(({ modelId, provider }) => ({
      modelId,
      provider,
      state: desk.stateOf(provider, modelId),
    }));
    const deadlineMs = generation.deadlineMs ?? clock.now();
    const next = nextAttempt(candidates, generation.attempts, { nowMs: clock.now(), deadlineMs });
    const plan = next.kind === 'attempt' ? plans.find(({ modelId }) => modelId === next.modelId) : undefined;
    if (next.kind === 'give_up' || !plan) return lease.apply(fail(this.lastWord(next, generation, ruledOut)));
    await clock.sleep(next.notBeforeMs - clock.now(), lease.signal);
    if (lease.signal.aborted) throw new Abandoned();
    if (generation.attempts.at(-1)?.state === 'failed' && !desk.takeRetry(plan.provider)) {
      ruledOut.add(plan.modelId);
      return generation;
    }
    try {
      const warnings = [...replacement(generation, plan, plans), ...plan.warnings];
      return await startAttempt(this.tools, lease, generation, plan, warnings);
    } catch (error) {
      if (error instanceof InputImageProblem) return lease.apply(fail(failure(error.code)));
      if (!this.tools.isBudgetExceeded(error)) throw error;
      ruledOut.add(plan.modelId);
      return generation;
    }
  }

  /** The chain in terms of its models; those that can't do it are left out. */
  private plans(generation: Generation): AttemptPlan[] {
    const { finalPrompt: prompt, inputImages, mask } = generation;
    // Always from the wishes: what one model could not honour, the next one may. Only the seed is carried along.
    const parameters = { seed: generation.parameters.seed, ...generation.requestedParameters };
    const request = { prompt, parameters, imageCount: inputImages.length, hasMask: mask !== undefined };
    return generation.chain.flatMap((modelId) => {
      const result = this.tools.planner.plan(modelId, request);
      return result.ok ? [result.plan] : [];
    });
  }

  private lastWord(next: ReturnType<typeof nextAttempt>, generation: Generation, ruledOut: ReadonlySet<string>) {
    if (generation.attempts.length === 0 && ruledOut.size > 0) return failure('BUDGET_EXCEEDED');
    return next.kind === 'give_up' ? next.failure : failure('PROVIDER_UNAVAILABLE');
  }
}

/** Why the plan's model takes the place of the one before it, and what that changes. */
function replacement(generation: Generation, plan: AttemptPlan, plans: readonly AttemptPlan[]): string[] {
  const last = generation.attempts.at(-1);
  const before = last?.modelId ?? generation.chain[0];
  if (before === undefined || before === plan.modelId) return [];
  const why = last ? (last.failure?.message ?? 'it failed.') : 'it is not available.';
  const replaced = plans.find(({ modelId }) => modelId === before);
  const lost = replaced && lostWith(replaced, plan);
  return [`${before} was replaced by ${plan.modelId}: ${why}`, ...(lost ? [lost] : [])];
}
