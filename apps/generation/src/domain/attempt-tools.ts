import type { Clock, GenerationStore, OutputCopier, ProviderDesk, Random } from './ports.js';

/** What working on an attempt needs. */
export interface AttemptTools {
  readonly store: Pick<GenerationStore, 'noteProviderJob' | 'find'>;
  readonly desk: ProviderDesk;
  readonly copier: OutputCopier;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
}
