import type { GenerationStore } from './ports.js';
import { follow } from './two-steps.js';

/**
 * Lets steps go on, or ends them, whose step before them has ended. That happens with its end, in the same transaction; this
 * repairs what should not be.
 */
export class ReleaseSteps {
  constructor(private readonly store: Pick<GenerationStore, 'stepsDue' | 'find' | 'apply'>) {}

  /** Answers how many there were. */
  async run(): Promise<number> {
    let released = 0;
    for (const { generationId, waitsFor } of await this.store.stepsDue()) {
      if (await this.store.apply(generationId, follow(await this.store.find(waitsFor)))) released += 1;
    }
    return released;
  }
}
