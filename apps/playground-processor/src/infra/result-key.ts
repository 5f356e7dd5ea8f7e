import { createHash } from 'node:crypto';
import type { ImageJobConfig } from '../domain/image-job-config.js';

/** SHA-256 over the content's own hash, the options in one order, and what makes of them; hashed off the main thread. */
export async function resultKey(bytes: Buffer, config: ImageJobConfig, pipelineVersion: string): Promise<string> {
  const content = await crypto.subtle.digest(
    'SHA-256',
    new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length),
  );
  return bodyHash([Buffer.from(content).toString('hex'), canonical(config), pipelineVersion]);
}

/** Hash of something as it was sent. */
export function bodyHash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, of]) => [key, canonical(of)]));
}
