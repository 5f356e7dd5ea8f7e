import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';

const longestUrl = 4096;
const dataUrl =
  /^data:image\/(?:x-rgba;width=[1-9]\d{0,4};height=[1-9]\d{0,4}|[a-z0-9.+-]+);base64,[A-Za-z0-9+/]+={0,2}$/i;

const expected = 'must be a file link of ours, an upload_id, an http(s) URL or a base64 data: URL';

/**
 * Images that a job works on. Any http(s) address is taken: whether it may be fetched is decided by the safe fetcher when it
 * is, and costs the job only that image. Links to own files become ids, so that sending a job again is the same job.
 */
@Injectable()
export class SourceImages {
  constructor(private readonly links: AssetLinks) {}

  /** As the service takes them. @throws INVALID_REQUEST that names every wrong one */
  readAll(given: readonly string[], field: string): string[] {
    const read = given.map((source) => this.#read(source));
    const violations = read.flatMap((source, index) =>
      source === undefined
        ? [
            {
              field: `${field}.${index}`,
              message: expected,
            },
          ]
        : [],
    );
    if (violations.length > 0) throw gatewayErrors.INVALID_REQUEST({ violations });
    return read.filter((source) => source !== undefined);
  }

  /** One of them. @throws INVALID_REQUEST */
  read(given: string, field: string): string {
    const source = this.#read(given);
    if (source === undefined) throw gatewayErrors.INVALID_REQUEST({ violations: [{ field, message: expected }] });
    return source;
  }

  #read(source: string): string | undefined {
    if (/^data:/i.test(source)) return dataUrl.test(source) ? source : undefined;
    const assetId = this.links.assetIdOf(source);
    if (assetId !== undefined) return assetId;
    const url = source.length > longestUrl ? null : URL.parse(source);
    const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
    return isWeb && url.username === '' && url.password === '' ? url.href : undefined;
  }
}

/** What stands for a source in the hash of its job: pictures themselves are hashed first, they may be megabytes. */
export function sourceDigest(source: string): string {
  return source.length > longestUrl ? createHash('sha256').update(source).digest('hex') : source;
}
