import { type LoadShedder, OverloadedError } from '@atelier/resilience';
import { generationErrors } from '../generation.errors.js';
import type { AcceptGeneration } from './accept-generation.js';

/** How generations are accepted. */
export type Acceptor = Pick<AcceptGeneration, 'run' | 'findByKey'>;

/** Accepts while the process can keep up; otherwise refuses at once, so that what was accepted goes on. */
export class SheddingAccept implements Acceptor {
  constructor(
    private readonly inner: Acceptor,
    private readonly load: Pick<LoadShedder, 'run'>,
  ) {}

  /** Throws SERVICE_OVERLOADED with the wait; then nothing was begun. */
  async run(...args: Parameters<Acceptor['run']>): ReturnType<Acceptor['run']> {
    try {
      return await this.load.run(() => this.inner.run(...args));
    } catch (error) {
      if (!(error instanceof OverloadedError)) throw error;
      const { retryAfterMs, reason: overload } = error;
      throw generationErrors.SERVICE_OVERLOADED({ retryAfterMs, metadata: { overload } });
    }
  }

  /** What was accepted before is always told: it makes no new work. */
  findByKey(...args: Parameters<Acceptor['findByKey']>): ReturnType<Acceptor['findByKey']> {
    return this.inner.findByKey(...args);
  }
}
