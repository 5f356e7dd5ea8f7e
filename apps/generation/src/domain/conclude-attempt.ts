import type { ProviderWork } from './provider-work.js';
import type { Asset } from './asset.js';
import type { AttemptTools } from './attempt-tools.js';
import { failureOf } from './failure.js';
import type { Generation } from './generation.js';
import { fail, failAttempt, succeed } from './life-cycle.js';
import { Abandoned, type Lease } from './ports.js';

/** Tries to take an output over, one second apart and doubling: they lie at the provider for an hour. */
const copyAttempts = 4;

/** Draws the consequences of a provider's last word about an attempt. */
export async function concludeAttempt(
  tools: AttemptTools,
  lease: Lease,
  generation: Generation,
  job: ProviderWork,
): Promise<Generation> {
  if (job.state === 'cancelled') {
    // By the provider itself, whose own time limit is our deadline.
    const late = tools.clock.now() >= (generation.deadlineMs ?? 0);
    return lease.apply(late ? fail(failureOf('deadline'), 'deadline') : failAttempt('provider_error'));
  }
  if (job.state === 'failed') {
    if (job.failure?.kind === 'content_policy') return lease.apply(fail(failureOf('content_policy'), 'content_policy'));
    return lease.apply(failAttempt('provider_error'));
  }
  return deliver(tools, lease, generation, job);
}

async function deliver(
  tools: AttemptTools,
  lease: Lease,
  generation: Generation,
  job: ProviderWork,
): Promise<Generation> {
  const { copier, clock } = tools;
  const attempt = generation.attempts.at(-1);
  if (!attempt || job.outputs.length === 0) return lease.apply(failAttempt('provider_error'));
  for (let tries = 1; tries <= copyAttempts; tries += 1) {
    const outputs = await copier.copy(generation, attempt, job.outputs, lease.signal);
    if (outputs) {
      try {
        return await lease.apply(succeed(outputs, job.actualCostMicros));
      } catch (error) {
        await discardIfUnwanted(tools, generation.generationId, outputs);
        throw error;
      }
    }
    if (lease.signal.aborted) throw new Abandoned();
    if (tries < copyAttempts) await clock.sleep(1_000 * 2 ** (tries - 1), lease.signal);
  }
  return lease.apply(fail(failureOf('output_unavailable'), 'output_unavailable'));
}

/** Only after a cancellation: whoever took the generation over stores the same files under the same names. */
async function discardIfUnwanted({ store, copier }: AttemptTools, generationId: string, outputs: readonly Asset[]) {
  const stored = await store.find(generationId);
  if (!stored || stored.state === 'cancelled') await copier.discard(outputs);
}
