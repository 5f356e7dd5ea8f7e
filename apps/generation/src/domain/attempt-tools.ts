import type { Clock, GenerationStore, OutputCopier, ProviderDesk, ProviderMemory, Purchases, Random } from './ports.js';

/** What working on an attempt needs. */
export interface AttemptTools {
  readonly store: Pick<GenerationStore, 'noteProviderJob' | 'find'>;
  readonly desk: ProviderDesk;
  readonly memory: ProviderMemory;
  readonly purchases: Purchases;
  readonly copier: OutputCopier;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  /** Milliseconds until this provider may be asked about a job again, by this process; the turn counts as taken. */
  readonly pollTurn: (provider: string) => number;
  /** How long a model usually takes, in milliseconds. */
  readonly typicalMs: (modelId: string) => number;
  /** Where a provider reports the end of an attempt; undefined when it has to be looked up. */
  readonly webhookAddress: (provider: string, token: string) => string | undefined;
  /** True for the error that says that a job belongs to another attempt. */
  readonly isJobTaken: (error: unknown) => boolean;
  /** After a request has ended, what it bought appears in the provider's list within this time, in milliseconds. */
  readonly settleMs: number;
}
