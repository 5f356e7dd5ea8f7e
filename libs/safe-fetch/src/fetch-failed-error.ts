/** Why a fetch was refused or failed; stable, and free of addresses and upstream text. */
export type FetchFailureReason = keyof typeof MESSAGES;

const MESSAGES = {
  url_not_allowed: 'The URL has a form that is not fetched.',
  host_not_allowed: 'The host of the URL is not allowed.',
  private_address: 'The host of the URL has no public address.',
  host_not_found: 'The host of the URL was not found.',
  connection_failed: 'The connection to the host failed.',
  too_many_redirects: 'The URL redirects too often.',
  too_large: 'The content is larger than allowed.',
  timeout: 'The content did not arrive in time.',
  bad_status: 'The host did not answer with the content.',
  unsupported_content: 'The content has a type that is not supported.',
  aborted: 'The fetch was abandoned.',
} as const;

/** The only error of this library. `message` and `reason` may be shown to whoever gave the URL; `cause` may not. */
export class FetchFailedError extends Error {
  override readonly name = 'FetchFailedError';

  constructor(
    readonly reason: FetchFailureReason,
    readonly options: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(MESSAGES[reason], { cause: options.cause });
  }

  /** HTTP status of the host, when `reason` is `bad_status`. */
  get status(): number | undefined {
    return this.options.status;
  }
}
