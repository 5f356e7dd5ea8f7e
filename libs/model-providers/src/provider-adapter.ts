import type { ProviderRecords } from './provider-records.js';
import type { ProviderRequest } from './provider-request.js';

export type { ProviderImage, ProviderRequest } from './provider-request.js';

/** Lifecycle of work at a provider, in Replicate's words except for the spelling of `cancelled`. */
export type ProviderJobState = 'starting' | 'processing' | 'succeeded' | 'failed' | 'cancelled';

/** One produced file: either a URL that the provider deletes soon (Replicate: after one hour) or its bytes. */
export type ProviderOutput =
  | { readonly kind: 'url'; readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string };

/** What a provider says about a job. Providers that answer synchronously are `succeeded` at once. */
export interface ProviderJob {
  /** The provider's own id; empty for synchronous providers, which have nothing to look up. */
  readonly id: string;
  readonly state: ProviderJobState;
  /** 0..100 where the provider tells, otherwise undefined. */
  readonly progress?: number;
  readonly outputs: readonly ProviderOutput[];
  /** Set when `state` is `failed`. */
  readonly failure?: { readonly kind: 'content_policy' | 'provider_error'; readonly message: string };
  /** Actual price in micro-dollars when the provider's answer determines it (token usage, seconds). */
  readonly actualCostMicros?: number;
}

/**
 * A paid AI provider. Every method rejects with `ProviderError` and never repeats a POST by itself.
 * A failed `get` or `cancel` buys nothing, so its error is never `unknown` and it may be repeated.
 */
export interface ProviderAdapter {
  readonly provider: string;
  submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob>;
  /** Undefined method = the provider has nothing to look up. */
  get?(jobId: string, signal: AbortSignal): Promise<ProviderJob>;
  cancel?(jobId: string, signal: AbortSignal): Promise<void>;
  /** Undefined = an outcome that was not told can't be found out. */
  readonly records?: ProviderRecords;
}
