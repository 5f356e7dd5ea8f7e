/** Work at a provider in the domain's own terms; `ProviderDesk` speaks them, adapters fit them by shape. */

/** A failed call: what it means for money and for the next step. `unknown` may have been bought, the others were not. */
export type CallFailureKind =
  | 'not_bought'
  | 'rate_limited'
  | 'rejected'
  | 'content_policy'
  | 'insufficient_credit'
  | 'model_unavailable'
  | 'unknown';

/** One produced file: a URL that the provider deletes soon, or its bytes. */
export type ProducedFile =
  | { readonly kind: 'url'; readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string };

/** What a provider says about a job. Those that answer at once are `succeeded` and have no id. */
export interface ProviderWork {
  readonly id: string;
  readonly state: 'starting' | 'processing' | 'succeeded' | 'failed' | 'cancelled';
  /** 0..100 where the provider tells. */
  readonly progress?: number;
  readonly outputs: readonly ProducedFile[];
  readonly failure?: { readonly kind: 'content_policy' | 'provider_error' };
  /** In micro-dollars, where the answer determines it. */
  readonly actualCostMicros?: number;
}

/** The bytes of an input image. */
export interface LoadedImage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** One paid request in the model's own terms. */
export interface WorkRequest {
  readonly attemptId: string;
  readonly modelId: string;
  readonly version?: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** By native field. */
  readonly images: Readonly<Record<string, readonly LoadedImage[]>>;
  /** Time left for the work, in milliseconds. */
  readonly deadlineMs: number;
  /** Where the provider reports the end; absent when it is only looked up. */
  readonly webhookUrl?: string;
}
