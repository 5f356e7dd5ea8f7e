import { HttpException, NotFoundException } from '@nestjs/common';
import { ServiceError } from '@atelier/errors';
import { gatewayErrors } from '../gateway.errors.js';

/** Everything that the framework throws, by its stable code (https://fastify.dev/docs/latest/Reference/Errors/). */
const frameworkErrors: Readonly<Record<string, () => ServiceError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => gatewayErrors.BODY_TOO_LARGE(),
  FST_REQ_FILE_TOO_LARGE: () => gatewayErrors.BODY_TOO_LARGE(),
  FST_FILES_LIMIT: () => gatewayErrors.INVALID_REQUEST({ message: 'An upload holds exactly one file.' }),
  FST_PARTS_LIMIT: () => gatewayErrors.INVALID_REQUEST({ message: 'An upload holds exactly one file.' }),
  FST_FIELDS_LIMIT: () => gatewayErrors.INVALID_REQUEST({ message: 'An upload holds exactly one file.' }),
  FST_INVALID_MULTIPART_CONTENT_TYPE: () => gatewayErrors.UNSUPPORTED_MEDIA_TYPE(),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => gatewayErrors.UNSUPPORTED_MEDIA_TYPE(),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => gatewayErrors.MALFORMED_JSON({ message: 'The body is empty.' }),
  FST_ERR_CTP_INVALID_JSON_BODY: () => gatewayErrors.MALFORMED_JSON(),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => gatewayErrors.MALFORMED_JSON(),
  FST_ERR_BAD_URL: () => gatewayErrors.MALFORMED_URL(),
  FST_ERR_MAX_PARAM_LENGTH: () => gatewayErrors.RESOURCE_NOT_FOUND(),
};

/** Anything thrown while a request is handled, as an error of a catalogue. */
export function toServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  const cause = thrown instanceof HttpException && thrown.cause ? thrown.cause : thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const known = frameworkErrors[code];
  if (known) return known();
  if (thrown instanceof NotFoundException) return gatewayErrors.ROUTE_NOT_FOUND();
  const status = statusIn(cause);
  if (status === 413) return gatewayErrors.BODY_TOO_LARGE();
  if (status === 415) return gatewayErrors.UNSUPPORTED_MEDIA_TYPE();
  if (cause instanceof SyntaxError && status === 400) return gatewayErrors.MALFORMED_JSON();
  if (status >= 400 && status < 500) return gatewayErrors.INVALID_REQUEST({ cause: thrown });
  return ServiceError.from(thrown);
}

function statusIn(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
}
