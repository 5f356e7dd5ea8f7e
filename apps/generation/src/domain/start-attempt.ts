import type { AttemptTools } from './attempt-tools.js';
import type { Generation } from './generation.js';
import { type AttemptStart, beginAttempt, failAttempt } from './life-cycle.js';
import { Abandoned, type AttemptPlan, type InputImages, type Lease, type Random } from './ports.js';
import type { WorkRequest } from './provider-work.js';
import { submitAttempt, timeLeftMs } from './submit-attempt.js';

/** What starting an attempt needs. */
export interface StartTools extends AttemptTools {
  readonly inputs: InputImages;
  readonly random: Random;
}

/**
 * Begins an attempt with a model and makes its paid request. Everything that is not paid for comes first: images are read
 * and lent to the provider, so that what is about to be bought is written down exactly as it will be sent.
 */
export async function startAttempt(
  tools: StartTools,
  lease: Lease,
  generation: Generation,
  plan: AttemptPlan,
  warnings: readonly string[],
): Promise<Generation> {
  const { clock, inputs, memory, random, webhookAddress } = tools;
  const { provider, modelId, version } = plan;
  const images = await inputs.load(generation, lease.signal);
  const attemptId = random.id();
  const token = random.id();
  const webhookUrl = webhookAddress(provider, token);
  const request: WorkRequest = {
    attemptId,
    modelId,
    ...(version ? { version } : {}),
    input: plan.input,
    images: Object.fromEntries(
      plan.imageFields.map(({ field, indices }) => [field, indices.flatMap((index) => images[index] ?? [])]),
    ),
    deadlineMs: timeLeftMs(clock.now(), generation.deadlineMs),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
  };
  const start: AttemptStart = {
    attemptId,
    reservationId: random.id(),
    provider,
    modelId,
    parameters: plan.parameters,
    estimatedCostMicros: plan.estimatedCostMicros,
    reservedCostMicros: plan.reservedCostMicros,
    warnings,
  };
  const prepared = await memory.prepare(provider, request, lease.signal);
  if (lease.signal.aborted) {
    if (prepared.ok) await memory.discard(provider, prepared.uploads);
    throw new Abandoned();
  }
  if (!prepared.ok) {
    // It counts as an attempt, so that a provider that takes no files is not tried for ever.
    await lease.apply(beginAttempt(start));
    const { kind, retryAfterMs } = prepared;
    return lease.apply(failAttempt(kind, retryAfterMs === undefined ? undefined : clock.now() + retryAfterMs));
  }
  const { fingerprint, uploads } = prepared;
  const { generationId } = generation;
  const purchase = fingerprint && {
    generationId,
    provider,
    modelId,
    ...(version ? { version } : {}),
    fingerprint,
    uploads,
    token,
  };
  let begun: Generation;
  try {
    begun = await lease.apply(beginAttempt({ ...start, ...(purchase ? { purchase } : {}) }));
  } catch (error) {
    await memory.discard(provider, uploads);
    throw error;
  }
  return submitAttempt(tools, lease, begun, prepared.request);
}
