import { fileTypeFromBuffer } from 'file-type';
import { FetchFailedError } from './fetch-failed-error.js';

/** Bytes that file-type wants to see before it decides. */
export const SNIFF_BYTES = 4_100;

/** Media type by content, never by claim; `application/octet-stream` when nothing known fits. */
export async function sniffContentType(head: Uint8Array): Promise<string> {
  return (await fileTypeFromBuffer(head))?.mime ?? 'application/octet-stream';
}

/** Refuses a type that is in none of `accept` (whole types or families such as `image/*`). */
export function assertAccepted(contentType: string, accept: readonly string[] | undefined): void {
  if (accept === undefined) return;
  const family = `${contentType.split('/')[0]}/*`;
  if (!accept.includes(contentType) && !accept.includes(family)) throw new FetchFailedError('unsupported_content');
}
