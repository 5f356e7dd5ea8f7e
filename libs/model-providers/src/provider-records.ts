import type { ProviderRequest } from './provider-request.js';

/** What a request is recognised by in the provider's own list of jobs. Kept before the request is sent, so that a crash can't lose it. */
export interface RequestFingerprint {
  /** Native fields without images. A listed input is compared on these only, because providers may add defaults. */
  readonly fields: readonly string[];
  /** SHA-256 (hex) of the canonical JSON of these fields. */
  readonly inputHash: string;
  readonly imageFields: readonly string[];
  /** The same of the image fields as they were sent. */
  readonly imagesHash: string;
  /** Sent wherever the model takes one, which makes an input unlike every other. */
  readonly seed?: number;
}

/** A request that is ready to be sent as it is. */
export interface PreparedRequest {
  /** Its images are part of the native input. */
  readonly request: ProviderRequest;
  readonly fingerprint: RequestFingerprint;
  /** Files that were uploaded for it; to be discarded once it has ended. */
  readonly uploads: readonly string[];
}

/** What to look for in the provider's list. */
export interface SubmittedQuery {
  readonly modelId: string;
  readonly version?: string;
  readonly fingerprint: RequestFingerprint;
  /** When the request was begun, in epoch milliseconds of our clock. */
  readonly startTimeMs: number;
}

/**
 * How much a listed job looks like the request: `same` in everything that was sent; `alike` but for its images, which
 * providers may store under another address; `possible` when the list does not tell enough to rule it out.
 */
export type Likeness = 'same' | 'alike' | 'possible';

/** A listed job that may be the request's. */
export interface SubmittedJob {
  readonly id: string;
  readonly likeness: Likeness;
}

/** Jobs that may be the request's; all others are left out. */
export interface SubmittedList {
  readonly jobs: readonly SubmittedJob[];
  /** False when the list was too long to be read to its end: then what is missing here may still exist. */
  readonly complete: boolean;
}

/**
 * A provider's memory of what it was asked for, by which an unclear purchase is found again. Nothing here buys anything,
 * so every method may be repeated; all reject with `ProviderError`, never of the kind `unknown`.
 */
export interface ProviderRecords {
  /** Uploads what can't travel inside the request, and fingerprints it. A failed preparation leaves no upload behind. */
  prepare(request: ProviderRequest, signal: AbortSignal): Promise<PreparedRequest>;
  /** Jobs of around the request's time that may be its own. */
  findSubmitted(query: SubmittedQuery, signal: AbortSignal): Promise<SubmittedList>;
  /** One job by its id; undefined when it is certainly another request's. */
  identify(jobId: string, query: SubmittedQuery, signal: AbortSignal): Promise<SubmittedJob | undefined>;
  /** Deletes uploads; those that are gone already are fine. */
  discard(uploads: readonly string[], signal: AbortSignal): Promise<void>;
  /** The secret that the provider signs its webhooks with. */
  webhookSecret(signal: AbortSignal): Promise<string>;
}
