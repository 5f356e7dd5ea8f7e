import { Bulkhead, BulkheadFullError } from '@atelier/resilience';
import type { ImageLimits } from '@atelier/asset-storage';
import { gatewayErrors } from '../gateway.errors.js';

const retryAfterMs = 2_000;

/** Bounds how many uploads are held in memory and decoded at the same time; a few more wait, the rest is refused. */
export class UploadGate {
  readonly #bulkhead: Bulkhead;

  constructor(
    readonly limits: ImageLimits,
    concurrency = 2,
    waiting = 16,
  ) {
    this.#bulkhead = new Bulkhead({ name: 'uploads', maxInFlight: concurrency, maxQueued: waiting });
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#bulkhead.run(work);
    } catch (error) {
      if (error instanceof BulkheadFullError) throw gatewayErrors.UPLOADS_BUSY({ retryAfterMs, cause: error });
      throw error;
    }
  }
}
