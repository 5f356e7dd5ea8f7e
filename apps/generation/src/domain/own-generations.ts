import { generationErrors } from '../generation.errors.js';
import type { Owner } from './accept-generation.js';
import type { CancelAtProvider } from './cancel-at-provider.js';
import type { Generation } from './generation.js';
import { cancel } from './life-cycle.js';
import type { GenerationStore, ListQuery } from './ports.js';

/** What owners do with their generations. Foreign ones are not found; administrators see everybody's. */
export class OwnGenerations {
  constructor(
    private readonly store: Pick<GenerationStore, 'find' | 'list' | 'apply' | 'remove'>,
    private readonly cancelAtProvider: CancelAtProvider,
  ) {}

  /** Throws GENERATION_NOT_FOUND. */
  async get(owner: Owner, generationId: string): Promise<Generation> {
    const generation = await this.store.find(generationId);
    if (!generation || !(owner.isAdmin || generation.ownerId === owner.userId)) {
      throw generationErrors.GENERATION_NOT_FOUND();
    }
    return generation;
  }

  list(owner: Owner, query: Omit<ListQuery, 'ownerId'>): Promise<Generation[]> {
    return this.store.list(owner.isAdmin ? query : { ...query, ownerId: owner.userId });
  }

  /** Takes effect at once, queued or running; the provider is told in the background. Throws GENERATION_ENDED. */
  async cancel(owner: Owner, generationId: string): Promise<Generation> {
    await this.get(owner, generationId);
    const cancelled = await this.store.apply(generationId, cancel);
    if (!cancelled) {
      await this.get(owner, generationId);
      throw generationErrors.GENERATION_ENDED();
    }
    // What fails here is told again by the next reconciliation.
    void this.cancelAtProvider.run().catch(() => {});
    return cancelled;
  }

  /** Deletes an ended generation; answers the storage keys of its files. Throws GENERATION_NOT_ENDED. */
  async remove(owner: Owner, generationId: string): Promise<readonly string[]> {
    await this.get(owner, generationId);
    const keys = await this.store.remove(generationId);
    if (!keys) {
      // Somebody else may have deleted it meanwhile: then there is none.
      await this.get(owner, generationId);
      throw generationErrors.GENERATION_NOT_ENDED();
    }
    return keys;
  }
}
