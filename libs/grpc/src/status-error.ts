import { Metadata, type ServiceError as GrpcStatusError } from '@grpc/grpc-js';
import { canonicalCodes, codeName, decodeStatus, encodeStatus, ServiceError } from '@atelier/errors';
import { grpcErrors } from './grpc.errors.js';
import { statusDetailsKey } from './metadata-keys.js';

/** The status a server answers with: canonical code, message and google.rpc details. */
export function toStatusError(error: ServiceError): {
  code: number;
  details: string;
  message: string;
  metadata: Metadata;
} {
  const metadata = new Metadata();
  metadata.set(statusDetailsKey, encodeStatus(error));
  return { code: canonicalCodes[error.code], details: error.message, message: error.message, metadata };
}

/**
 * What a failed client call means. Statuses made by the client library (unreachable, deadline, cancelled) carry
 * addresses in their text, so that text is kept as the private cause only.
 */
export function fromStatusError(error: GrpcStatusError): ServiceError {
  const [bytes] = error.metadata?.get(statusDetailsKey) ?? [];
  const decoded = bytes instanceof Buffer ? decodeStatus(bytes) : undefined;
  if (decoded) return decoded;
  switch (codeName(error.code)) {
    case 'UNAVAILABLE':
      return grpcErrors.SERVICE_UNAVAILABLE({ cause: error, retryAfterMs: 1000 });
    case 'DEADLINE_EXCEEDED':
      return grpcErrors.DEADLINE_EXCEEDED({ cause: error });
    case 'CANCELLED':
      return grpcErrors.CANCELLED({ cause: error });
    case 'RESOURCE_EXHAUSTED':
      return grpcErrors.OVERLOADED({ cause: error, retryAfterMs: 1000 });
    default:
      return grpcErrors.INTERNAL({ cause: error });
  }
}
