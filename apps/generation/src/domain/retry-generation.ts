import { generationErrors } from '../generation.errors.js';
import type { AcceptGeneration, Owner, WantedGeneration } from './accept-generation.js';
import type { Generation } from './generation.js';
import type { GenerationReader } from './ports.js';

/** How a retry is recognised. */
export interface RetryRequest {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
}

/**
 * Generates the same again. Of a plan with two steps only the second one, from what the first one made; both where the first
 * one made nothing, whichever of them is asked for.
 */
export class RetryGeneration {
  constructor(
    private readonly store: Pick<GenerationReader, 'find'>,
    private readonly accept: Pick<AcceptGeneration, 'run'>,
  ) {}

  /** Throws catalogue errors; then nothing is kept. */
  async run(owner: Owner, earlier: Generation, request: RetryRequest): ReturnType<AcceptGeneration['run']> {
    const next = earlier.nextStep === undefined ? undefined : await this.store.find(earlier.nextStep);
    const last = next?.waitsFor === earlier.generationId ? next : earlier;
    if (last.waitsFor === undefined) return this.accept.run(owner, again(last, request));
    const first = await this.store.find(last.waitsFor);
    if (!first) throw generationErrors.GENERATION_NOT_FOUND({ message: 'The first step of this generation is gone.' });
    return this.accept.run(owner, bothAgain(first, last, request));
  }
}

/** With a new seed, unless the caller had chosen one. */
function again(earlier: Generation, request: RetryRequest): WantedGeneration {
  const { prompt, finalPrompt, workflow, chain, sessionId, planRequestId, webhookUrl, priority } = earlier;
  const { previousStep, previous } = earlier;
  return {
    ...request,
    prompt,
    finalPrompt,
    workflow,
    chain,
    sessionId,
    planRequestId,
    webhookUrl,
    priority,
    previousStep,
    previous,
    origin: earlier.origin,
    parameters: earlier.requestedParameters,
    parentId: earlier.generationId,
    // Again means anew.
    cache: 'bypass',
    warnings: [],
    inputs: { kind: 'admitted', images: earlier.inputImages, mask: earlier.mask },
  };
}

function bothAgain(first: Generation, last: Generation, request: RetryRequest): WantedGeneration {
  const wanted = { ...again(last, request), previousStep: undefined, previous: undefined };
  const { finalPrompt, workflow, chain, parameters, parentId, warnings, inputs } = again(first, request);
  return { ...wanted, firstStep: { finalPrompt, workflow, chain, parameters, parentId, warnings }, inputs };
}
