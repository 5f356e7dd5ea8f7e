import { Bulkhead, BulkheadFullError } from '@atelier/resilience';
import { WorkersBusyError } from './bounded-image-processor.js';
import type { ImageJobConfig } from './image-job-config.js';
import type { MadeResult, MakeImageResult } from './make-image-result.js';

/** Limits of images that are prepared while their callers wait. */
export interface PrepareImageLimits {
  /** Callers that may wait at the same time; more are turned away at once. */
  readonly maxCallers: number;
  /** Milliseconds that an image waits for a worker. */
  readonly maxWaitMs: number;
}

/** Prepares one image while its caller waits, by the same workers that do the images of jobs. */
export class PrepareImage {
  readonly #callers: Bulkhead;

  constructor(
    private readonly results: Pick<MakeImageResult, 'make'>,
    private readonly limits: PrepareImageLimits,
  ) {
    this.#callers = new Bulkhead({ name: 'callers that wait for an image', maxInFlight: limits.maxCallers });
  }

  /** Rejects with WorkersBusyError, and as MakeImageResult does. */
  async prepare(
    request: { readonly ownerId: string; readonly source: string; readonly config: ImageJobConfig },
    signal: AbortSignal,
  ): Promise<MadeResult> {
    const { ownerId, source, config } = request;
    const { maxWaitMs } = this.limits;
    const context = { ownerId, jobId: '', index: 0, signal, maxWaitMs, onProgress: () => {} };
    try {
      return await this.#callers.run(() => this.results.make(source, config, context), signal);
    } catch (error) {
      throw error instanceof BulkheadFullError ? new WorkersBusyError('too many callers', { cause: error }) : error;
    }
  }
}
