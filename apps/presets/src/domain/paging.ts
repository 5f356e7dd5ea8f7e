import type { ServiceError } from '@atelier/errors';
import { presetsErrors } from '../presets.errors.js';

const defaultPageSize = 20;
const largestPageSize = 100;

/** The number of items that is meant; 0 is the default. @throws PAGE_INVALID */
export function pageSizeOf(pageSize: number): number {
  const size = pageSize === 0 ? defaultPageSize : pageSize;
  if (size >= 1 && size <= largestPageSize) return size;
  throw presetsErrors.PAGE_INVALID({
    violations: [{ field: 'page_size', message: `must be 1 to ${largestPageSize}` }],
  });
}

/** A place in a list as an opaque token. */
export function encodePosition(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Undefined for the beginning. @throws PAGE_INVALID for what `encodePosition` never made */
export function decodePosition(token: string): readonly string[] | undefined {
  if (token === '') return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch {
    // Refused below.
  }
  throw wrongPage();
}

export function wrongPage(): ServiceError {
  return presetsErrors.PAGE_INVALID({ violations: [{ field: 'page_token', message: 'is not valid' }] });
}
