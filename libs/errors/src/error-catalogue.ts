import type { CanonicalCode } from './canonical-code.js';
import { ServiceError, type ServiceErrorDetails } from './service-error.js';

/** One error that a service can raise; each has a page in `docs/errors/`, written from these sentences. */
export interface ErrorDefinition {
  readonly code: CanonicalCode;
  /** HTTP status where the canonical table is too coarse. */
  readonly httpStatus?: number;
  /** Short name for people. */
  readonly title: string;
  /** Default sentence for the caller. */
  readonly message: string;
  /** What the caller can do. */
  readonly remedy: string;
}

/** A service's catalogue: its definitions and one maker per reason. */
export type ErrorCatalogue<Definitions extends Record<string, ErrorDefinition>> = {
  readonly domain: string;
  readonly definitions: Definitions;
} & { readonly [Reason in keyof Definitions]: (details?: ServiceErrorDetails) => ServiceError };

/** Declares the errors of one domain. Reasons are UPPER_SNAKE_CASE and become the `code` of problem+json. */
export function defineErrors<const Definitions extends Record<string, ErrorDefinition>>(
  domain: string,
  definitions: Definitions,
): ErrorCatalogue<Definitions> {
  const makers = Object.fromEntries(
    Object.entries(definitions).map(([reason, definition]) => [
      reason,
      (details: ServiceErrorDetails = {}) =>
        new ServiceError(
          {
            domain,
            reason,
            code: definition.code,
            title: definition.title,
            ...(definition.httpStatus ? { httpStatus: definition.httpStatus } : {}),
          },
          details.message ?? definition.message,
          details,
        ),
    ]),
  );
  return { domain, definitions, ...makers } as unknown as ErrorCatalogue<Definitions>;
}
