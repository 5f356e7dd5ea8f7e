import { Workflow } from '@atelier/contracts/creative/v1';
import {
  type Asset,
  CreateGenerationRequest,
  type Generation,
  type GenerationServiceService,
  GenerationState as State,
} from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { type CallContext, grpcErrors, type GrpcClient } from '@atelier/grpc';
import { retryWithBackoff, type RetryOptions } from '@atelier/resilience';
import type { BackgroundConfig } from '../domain/background-config.js';
import { backgroundInstruction } from '../domain/background-instruction.js';
import { ImageRefused } from '../domain/image-processor.js';
import type { BoughtGeneration } from './background-records.js';

/** One background to be bought. */
export interface BackgroundOrder {
  readonly ownerId: string;
  readonly idempotencyKey: string;
  readonly config: BackgroundConfig;
  readonly inputAssetId: string;
  /** The chosen model, then its stand-ins. */
  readonly chain: readonly [string, ...string[]];
  /** `W:H` that the result should have; the image's own without it. */
  readonly aspectRatio?: string;
}

/** A background that was delivered; money in micro-dollars. */
export interface DeliveredBackground {
  readonly output: Asset;
  readonly generation: Generation;
  readonly costMicros: number;
}

type Client = Pick<
  GrpcClient<GenerationServiceService>,
  | 'createGeneration'
  | 'findGenerationByKey'
  | 'getGeneration'
  | 'watchGeneration'
  | 'cancelGeneration'
  | 'deleteGeneration'
>;

const qualities = { low: 'low', standard: 'medium', high: 'high' } as const;
/** With waits that grow to ten seconds this is about a minute and a half. */
const patience = { maxAttempts: 20, baseDelayMs: 200, maxDelayMs: 10_000 };

/** Backgrounds as generations of their owner: money, budgets, circuits, fail-over and what is never bought twice are those of generations. */
export class BackgroundGenerations {
  constructor(
    private readonly client: Client,
    private readonly contextOf: (ownerId: string) => CallContext,
    private readonly sleep?: RetryOptions['sleep'],
  ) {}

  /**
   * Asks for it, or finds it when it was asked for before; answers its id. Not to be interrupted while the request is on its way:
   * it has to be known whether there is something to cancel. Rejects with an ImageRefused, also when there is no money left.
   */
  async order(order: BackgroundOrder, signal: AbortSignal): Promise<string> {
    const { ownerId, idempotencyKey, config, chain } = order;
    const [modelId, ...fallbackModels] = chain;
    const request = CreateGenerationRequest.create({
      idempotencyKey,
      requestHash: idempotencyKey,
      prompt: config.backgroundPrompt,
      finalPrompt: backgroundInstruction(config),
      workflow: Workflow.WORKFLOW_IMAGE_EDITING,
      modelId,
      fallbackModels,
      parameters: { quality: qualities[config.quality], seed: config.seed, aspectRatio: order.aspectRatio },
      inputImages: [order.inputAssetId],
      origin: 'playground',
    });
    const uninterrupted = new AbortController().signal;
    const create = () =>
      this.client.createGeneration(request, { context: this.contextOf(ownerId), signal: uninterrupted });
    try {
      const { generation } = await retryWithBackoff(create, { ...this.patience(signal), isRetryable: mayPass });
      return generation?.generationId ?? '';
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Follows it to its end, over restarts of the generation service. Rejects with an ImageRefused when it failed. */
  async follow(
    generationId: string,
    ownerId: string,
    { signal, onProgress }: { readonly signal: AbortSignal; onProgress(fraction: number): void },
  ): Promise<DeliveredBackground> {
    let afterSequence = 0;
    const watch = async (): Promise<Generation> => {
      const options = { context: this.contextOf(ownerId), signal };
      for await (const event of this.client.watchGeneration({ generationId, afterSequence }, options)) {
        const { sequence, generation } = event;
        afterSequence = sequence;
        if (!generation) continue;
        onProgress(generation.progress / 100);
        if (hasEnded(generation)) return generation;
      }
      // Whoever told of it stops; it goes on elsewhere.
      throw grpcErrors.SERVICE_UNAVAILABLE();
    };
    const generation = await retryWithBackoff(watch, {
      ...this.patience(signal),
      isRetryable: (error) => !isGone(error),
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      // Whatever it is: what is bought goes on, and is asked for again later.
      throw isGone(error) ? refusalOf(error) : grpcErrors.SERVICE_UNAVAILABLE({ cause: error });
    });
    return delivered(generation);
  }

  /** Ends it if it was bought and is under way; the provider is told. Answers what it cost, in micro-dollars. */
  async cancel(bought: BoughtGeneration): Promise<number> {
    const context = this.contextOf(bought.ownerId);
    const generationId = await this.idOf(bought);
    if (generationId === undefined) return 0;
    try {
      const { generation } = await this.client.cancelGeneration({ generationId }, { context });
      return generation?.actualCostMicros ?? 0;
    } catch (error) {
      if (isGone(error)) return 0;
      if (!(error instanceof ServiceError && error.code === 'FAILED_PRECONDITION')) throw error;
      // It has ended before, and may have been delivered and paid.
      const { generation } = await this.client.getGeneration({ generationId }, { context });
      return generation?.actualCostMicros ?? 0;
    }
  }

  /** Deletes it with the files that it made; what is under way is cancelled before. */
  async delete(bought: BoughtGeneration): Promise<void> {
    const generationId = await this.idOf(bought);
    if (generationId === undefined) return;
    await this.cancel({ ...bought, generationId });
    try {
      await this.client.deleteGeneration({ generationId }, { context: this.contextOf(bought.ownerId) });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  private async idOf({ ownerId, idempotencyKey, generationId }: BoughtGeneration): Promise<string | undefined> {
    if (generationId !== undefined) return generationId;
    const request = { idempotencyKey, requestHash: idempotencyKey };
    const { generation } = await this.client.findGenerationByKey(request, { context: this.contextOf(ownerId) });
    return generation?.generationId;
  }

  private patience(signal: AbortSignal): Omit<RetryOptions, 'isRetryable'> {
    const retryAfterMs = (error: unknown) => (error instanceof ServiceError ? error.retryAfterMs : undefined);
    return { ...patience, signal, retryAfterMs, ...(this.sleep ? { sleep: this.sleep } : {}) };
  }
}

function hasEnded({ state }: Generation): boolean {
  return [State.GENERATION_STATE_SUCCEEDED, State.GENERATION_STATE_FAILED, State.GENERATION_STATE_CANCELLED].includes(
    state,
  );
}

function delivered(generation: Generation): DeliveredBackground {
  const { state, error, outputs, actualCostMicros: costMicros = 0 } = generation;
  const [output] = outputs;
  if (state === State.GENERATION_STATE_SUCCEEDED && output) return { output, generation, costMicros };
  const message = state === State.GENERATION_STATE_CANCELLED ? 'The image’s generation was cancelled.' : error?.message;
  throw new ImageRefused(message ?? 'The model failed to produce a result.', { costMicros });
}

function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'NOT_FOUND';
}

function isAway(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}

/** Asking again is safe: the key makes it the same generation. */
function mayPass(error: unknown): boolean {
  const isBusy =
    error instanceof ServiceError && ['QUEUE_FULL', 'SERVICE_OVERLOADED', 'OVERLOADED'].includes(error.reason);
  return isBusy || isAway(error);
}

/** What asking again doesn't change is told to the owner. */
function refusalOf(error: unknown): unknown {
  const final = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'RESOURCE_EXHAUSTED', 'NOT_FOUND', 'ALREADY_EXISTS'];
  if (!(error instanceof ServiceError) || !final.includes(error.code)) return error;
  const [violation] = error.violations ?? [];
  return new ImageRefused([error.message, violation?.message].filter(Boolean).join(' '), { cause: error });
}
