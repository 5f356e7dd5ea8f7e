import type { CanonicalCode } from './canonical-code.js';

/** A wrong field of a request. `field` is the dotted path as the caller wrote it. */
export interface FieldViolation {
  readonly field: string;
  readonly message: string;
}

/** Another way to get the work done, offered with an error. */
export interface ModelAlternative {
  readonly provider: string;
  readonly modelId: string;
}

/** What an error carries beside its catalogue entry. Everything but `cause` may be shown to the caller. */
export interface ServiceErrorDetails {
  readonly message?: string;
  readonly violations?: readonly FieldViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly retryAfterMs?: number;
  readonly suggestions?: readonly string[];
  readonly alternatives?: readonly ModelAlternative[];
  readonly cause?: unknown;
}

/** The identity of an error, from a service's catalogue. */
export interface ServiceErrorKind {
  readonly domain: string;
  readonly reason: string;
  readonly code: CanonicalCode;
  /** Short name for people. */
  readonly title: string;
  /** HTTP status where the canonical table is too coarse, for example 422 or 413. */
  readonly httpStatus?: number;
}

/** The only error that crosses a service boundary; made from a catalogue, never by hand. `cause` is logged, never sent. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly domain: string;
  readonly reason: string;
  readonly code: CanonicalCode;
  readonly title: string;
  readonly httpStatus: number | undefined;
  readonly violations: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly suggestions: readonly string[];
  readonly alternatives: readonly ModelAlternative[];

  constructor(kind: ServiceErrorKind, message: string, details: ServiceErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.domain = kind.domain;
    this.reason = kind.reason;
    this.code = kind.code;
    this.title = kind.title;
    this.httpStatus = kind.httpStatus;
    this.violations = details.violations ?? [];
    this.metadata = details.metadata ?? {};
    this.retryAfterMs = details.retryAfterMs;
    this.suggestions = details.suggestions ?? [];
    this.alternatives = details.alternatives ?? [];
  }

  /** Wraps anything thrown: a ServiceError stays itself, everything else becomes INTERNAL with a private cause. */
  static from(error: unknown): ServiceError {
    if (error instanceof ServiceError) return error;
    return new ServiceError(
      { domain: 'atelier', reason: 'INTERNAL', code: 'INTERNAL', title: 'Internal error' },
      'Something went wrong on our side. Try again; if it keeps failing, report the request id.',
      { cause: error },
    );
  }
}
