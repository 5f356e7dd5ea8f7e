import type { GenerationStore, ProviderDesk } from './ports.js';

/** Tells providers to stop what its owner cancelled. What can't be told now is told in a later round. */
export class CancelAtProvider {
  constructor(
    private readonly store: Pick<GenerationStore, 'cancellationsDue' | 'cancellationDone'>,
    private readonly desk: Pick<ProviderDesk, 'cancel'>,
  ) {}

  async run(): Promise<void> {
    for (const { attemptId, provider, providerJobId } of await this.store.cancellationsDue()) {
      if (await this.desk.cancel(provider, providerJobId)) await this.store.cancellationDone(attemptId);
    }
  }
}
