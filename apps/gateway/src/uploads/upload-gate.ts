import type { ImageLimits } from '@atelier/asset-storage';
import { Bulkhead, BulkheadFullError } from '@atelier/resilience';
import { gatewayErrors } from '../gateway.errors.js';

const retryAfterMs = 2_000;

/** How many uploads go on at the same time. */
export interface UploadRoom {
  /** Held in memory, while their bytes come in as slowly as the sender's line is. */
  readonly held: number;
  /** Waiting for that; more are refused. */
  readonly waiting: number;
  /** Decoded, which takes a core and far more memory than the file. */
  readonly decoded: number;
}

/** Bounds the memory and cores that uploads take. Decoding has its own bound, so that slow senders hold up nobody's. */
export class UploadGate {
  readonly #held: Bulkhead;
  readonly #decoded: Bulkhead;

  constructor(
    readonly limits: ImageLimits,
    { held, waiting, decoded }: UploadRoom = { held: 8, waiting: 32, decoded: 2 },
  ) {
    this.#held = new Bulkhead({ name: 'uploads', maxInFlight: held, maxQueued: waiting });
    this.#decoded = new Bulkhead({ name: 'upload decoding', maxInFlight: decoded, maxQueued: held });
  }

  /** Runs one upload from its first byte on; `signal` takes it out of the queue. @throws UPLOADS_BUSY */
  async run<Result>(upload: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await this.#held.run(upload, signal);
    } catch (error) {
      // A sender that left while it waited hears nothing any more; it must only not count as a fault of ours.
      const refused = error instanceof BulkheadFullError || (signal.aborted && error === signal.reason);
      throw refused ? gatewayErrors.UPLOADS_BUSY({ retryAfterMs, cause: error }) : error;
    }
  }

  /** Runs what takes a core. @throws UPLOADS_BUSY */
  async decode<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#decoded.run(work);
    } catch (error) {
      throw error instanceof BulkheadFullError ? gatewayErrors.UPLOADS_BUSY({ retryAfterMs, cause: error }) : error;
    }
  }
}
