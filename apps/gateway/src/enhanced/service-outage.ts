import { type CanonicalCode, ServiceError } from '@atelier/errors';

/** What the caller got wrong, or gave up. Everything else is the service's fault. */
const callersFault = new Set<CanonicalCode>([
  'CANCELLED',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'OUT_OF_RANGE',
]);

/** A failed call as the outage it was; rethrows what the caller has to hear. */
export function outageOf(error: unknown): ServiceError {
  const failure = ServiceError.from(error);
  if (callersFault.has(failure.code)) throw failure;
  return failure;
}
