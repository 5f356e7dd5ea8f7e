import type { AttemptTools } from './attempt-tools.js';
import type { CancelAtProvider } from './cancel-at-provider.js';
import { failure } from './failure.js';
import { followAttempt } from './follow-attempt.js';
import type { Generation } from './generation.js';
import { beginAttempt, fail, loseOutcome, start } from './life-cycle.js';
import { nextAttempt } from './next-attempt.js';
import { Abandoned, type AttemptPlan, type InputImages, InputImageProblem, type Lease, type Leases } from './ports.js';
import type { ModelPlanner, Random } from './ports.js';
import { submitAttempt } from './submit-attempt.js';

/** What running a generation needs. */
export interface RunTools extends AttemptTools {
  readonly leases: Leases;
  readonly planner: ModelPlanner;
  readonly inputs: InputImages;
  readonly random: Random;
  readonly cancelAtProvider: CancelAtProvider;
  /** True for the error that says that a budget does not cover the next attempt. */
  readonly isBudgetExceeded: (error: unknown) => boolean;
  /** Time allowed from start to end, in milliseconds. */
  readonly allowedMs: Readonly<Record<Generation['media'], number>>;
  /** Told after a success is committed; must not throw. */
  readonly onSucceeded: (generation: Generation) => void;
}

/**
 * Works on a generation until it has ended: from the queue, after a failed attempt, or from where another process left
 * off. What is stored says where it stands, so calling this again at any time is harmless.
 */
export class RunGeneration {
  constructor(private readonly tools: RunTools) {}

  async run(generationId: string): Promise<void> {
    const lease = await this.tools.leases.claim(generationId);
    if (!lease) return;
    try {
      let { generation } = lease;
      if (generation.state === 'queued') generation = await lease.apply(start(this.tools.allowedMs[generation.media]));
      /** Models that turned out not to be able, or not affordable, in this run. */
      const ruledOut = new Set<string>();
      while (generation.state === 'running' && !lease.signal.aborted)
        generation = await this.step(lease, generation, ruledOut);
      if (generation.state === 'succeeded') this.tools.onSucceeded(generation);
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
      await this.tools.cancelAtProvider.run();
    } finally {
      await lease.release();
    }
  }

  private async step(lease: Lease, generation: Generation, ruledOut: Set<string>): Promise<Generation> {
    switch (generation.attempts.at(-1)?.state) {
      case 'submitting':
        // A process died between the request and its answer. Reconciling with the provider's list would go here.
        return lease.apply(loseOutcome);
      case 'submitted':
        return followAttempt(this.tools, lease, generation, 'at_once');
      default:
        return this.attempt(lease, generation, ruledOut);
    }
  }

  private async attempt(lease: Lease, generation: Generation, ruledOut: Set<string>): Promise<Generation> {
    const { clock, desk, inputs, random } = this.tools;
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
    try {
      const images = await inputs.load(generation, lease.signal);
      const begun = await lease.apply(
        beginAttempt({
          attemptId: random.id(),
          reservationId: random.id(),
          provider: plan.provider,
          modelId: plan.modelId,
          parameters: plan.parameters,
          estimatedCostMicros: plan.estimatedCostMicros,
          reservedCostMicros: plan.reservedCostMicros,
          warnings: [...replacement(generation, plan), ...plan.warnings],
        }),
      );
      return await submitAttempt(this.tools, lease, begun, plan, images);
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

function replacement(generation: Generation, plan: AttemptPlan): string[] {
  const last = generation.attempts.at(-1);
  if (last && last.modelId !== plan.modelId)
    return [`${last.modelId} was replaced by ${plan.modelId}: ${last.failure?.message ?? 'it failed.'}`];
  const [chosen] = generation.chain;
  return !last && chosen !== plan.modelId ? [`${chosen} was replaced by ${plan.modelId}: it is not available.`] : [];
}
