import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const KEPT_FILES = 500;
const KEPT_BYTES = 256 * 1024 * 1024;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** A file given to the sandbox before it is used as an input. */
export interface UploadedFile {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

/** The newest uploaded files, at most 500 and 256 MiB; they expire after a day. */
export class UploadedFiles {
  readonly #files = new LRUCache<string, UploadedFile>({
    max: KEPT_FILES,
    maxSize: KEPT_BYTES,
    sizeCalculation: (file) => file.bytes.length + 1024,
  });

  /** @param signingSecret For download links (`{owner} {id} {expiry}`, HMAC-SHA256, base64). */
  constructor(readonly signingSecret: string) {}

  add(file: UploadedFile): void {
    this.#files.set(file.id, file);
  }

  find(id: string, now: number): UploadedFile | undefined {
    const file = this.#files.get(id);
    return file && now < file.createdAt + KEPT_MS ? file : undefined;
  }

  /** False when there is no such file. */
  remove(id: string): boolean {
    return this.#files.delete(id);
  }

  /** True when `signature` allows `owner` to download the file until `expiry` (Unix seconds). */
  isSigned(id: string, { owner, expiry, signature }: { owner: string; expiry: number; signature: string }): boolean {
    const expected = createHmac('sha256', this.signingSecret).update(`${owner} ${id} ${expiry}`).digest();
    const given = Buffer.from(signature, 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** A file as the API shows it. */
export function fileResource(file: UploadedFile, origin: string): object {
  return {
    id: file.id,
    name: file.filename,
    content_type: file.contentType,
    size: file.bytes.length,
    checksums: { sha256: createHash('sha256').update(file.bytes).digest('hex') },
    metadata: file.metadata,
    created_at: new Date(file.createdAt).toISOString(),
    expires_at: new Date(file.createdAt + KEPT_MS).toISOString(),
    urls: { get: `${origin}/replicate/v1/files/${file.id}` },
  };
}
