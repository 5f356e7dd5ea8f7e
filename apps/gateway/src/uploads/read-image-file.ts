import { ServiceError } from '@atelier/errors';
import type { FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { toServiceError } from '../http/to-service-error.js';

/** The bytes in the field `file` of a form that holds exactly one file. @throws BODY_TOO_LARGE at the size limit, INVALID_REQUEST, UPLOAD_REJECTED */
export async function readImageFile(request: FastifyRequest): Promise<Buffer> {
  try {
    return await readForm(request);
  } catch (error) {
    const known = toServiceError(error);
    if (known.code !== 'INTERNAL') throw known;
    // The parser has no code for a form without boundary or end, and a sender that leaves is no fault of ours either.
    throw gatewayErrors.INVALID_REQUEST({ message: 'The form is not complete or can’t be read.', cause: error });
  }
}

async function readForm(request: FastifyRequest): Promise<Buffer> {
  let bytes: Buffer | undefined;
  // To the end, so that a second file is refused instead of ignored.
  for await (const part of request.files()) {
    if (part.fieldname !== 'file') {
      part.file.resume();
      throw noFile();
    }
    bytes = await part.toBuffer();
  }
  if (!bytes) throw noFile();
  if (bytes.length === 0) throw emptyFile();
  return bytes;
}

function noFile(): ServiceError {
  return gatewayErrors.INVALID_REQUEST({ violations: [{ field: 'file', message: 'must hold one image' }] });
}

function emptyFile(): ServiceError {
  const message = 'The file is empty.';
  return gatewayErrors.UPLOAD_REJECTED({ message, violations: [{ field: 'file', message }] });
}
