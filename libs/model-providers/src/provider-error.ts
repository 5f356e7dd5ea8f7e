/**
 * What a failed provider call means for money and for the next step:
 * `not_bought` refused connection, DNS, 5xx before acceptance that is known not to have created anything;
 * `rate_limited` 429 with an optional wait; `rejected` a definite 4xx; `content_policy` refused by policy;
 * `insufficient_credit` 402 or an exhausted quota; `model_unavailable` unknown or shut-down model;
 * `unknown` anything ambiguous (reset after send, time-out, 5xx after acceptance): it may have been bought.
 */
export type ProviderFailureKind =
  | 'not_bought'
  | 'rate_limited'
  | 'rejected'
  | 'content_policy'
  | 'insufficient_credit'
  | 'model_unavailable'
  | 'unknown';

/** A failed call to a provider. `message` is safe for our own logs only; never sent to clients. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';

  constructor(
    readonly kind: ProviderFailureKind,
    readonly provider: string,
    message: string,
    readonly options: {
      readonly retryAfterMs?: number;
      readonly status?: number;
      /** The caller gave up before the provider could answer, which says nothing about the provider. */
      readonly isAbandoned?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
  }

  /** True when the provider certainly charged nothing, so another provider may be tried. */
  get isSafeToFailOver(): boolean {
    return this.kind !== 'unknown' && this.kind !== 'content_policy';
  }
}
