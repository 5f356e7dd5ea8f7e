import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isAssetKey } from './asset-key.js';
import type { AssetContent, AssetRange, AssetStorage, StoredAsset } from './asset-storage.js';
import type { S3Location } from './s3-location.js';
import { unstalled } from './unstalled.js';

/** Times in milliseconds. */
export interface S3Options {
  /** Absent: what the SDK finds by itself. */
  readonly key?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Until an answer begins; a part of an upload included. */
  readonly requestMs?: number;
  /** For a whole upload, whose source may be slow. */
  readonly uploadMs?: number;
  /** Without a byte, while an asset is read or the source of an upload is waited for. */
  readonly stallMs?: number;
}

/** S3 wants five at least. Two in memory for each upload that runs. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;
const mostConnections = 100;

/** Assets as objects of one bucket. S3 shows an object whole or not at all, so a broken upload leaves what was there before. */
export class S3AssetStorage implements AssetStorage {
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #uploadMs: number;
  readonly #stallMs: number;

  constructor(location: S3Location, options: S3Options = {}) {
    const { key, requestMs = 30_000, uploadMs = 600_000, stallMs = 30_000 } = options;
    this.#location = location;
    this.#uploadMs = uploadMs;
    this.#stallMs = stallMs;
    const agent = { keepAlive: true, maxSockets: mostConnections };
    this.#client = new S3Client({
      region: location.region,
      forcePathStyle: location.pathStyle,
      ...(location.endpoint ? { endpoint: location.endpoint } : {}),
      ...(key ? { credentials: key } : {}),
      maxAttempts: 3,
      // Other makes of S3 know no checksums in trailers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: 5_000,
        requestTimeout: requestMs,
        throwOnRequestTimeout: true,
        httpAgent: agent,
        httpsAgent: agent,
      },
    });
  }

  async put(
    key: string,
    source: Buffer | Readable,
    { contentType }: { readonly contentType: string },
  ): Promise<StoredAsset> {
    const hash = createHash('sha256');
    const target = { ...this.#object(key), ContentType: contentType };
    if (Buffer.isBuffer(source)) {
      await this.#client.send(new PutObjectCommand({ ...target, Body: source, ContentLength: source.length }));
      return { bytes: source.length, sha256: hash.update(source).digest('hex') };
    }
    let bytes = 0;
    const body = unstalled(source, this.#stallMs, (chunk) => {
      bytes += chunk.length;
      hash.update(chunk);
    });
    const upload = new Upload({
      client: this.#client,
      params: { ...target, Body: body },
      partSize: partBytes,
      queueSize: partsAtOnce,
    });
    const timer = setTimeout(() => {
      body.destroy(new Error(`an upload took longer than ${this.#uploadMs / 1000} s`));
      void upload.abort();
    }, this.#uploadMs);
    try {
      await upload.done();
    } finally {
      clearTimeout(timer);
      body.destroy();
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  async get(key: string, range: AssetRange = {}): Promise<AssetContent | undefined> {
    if (!isAssetKey(key)) return undefined;
    const { start = 0, end } = range;
    if (start < 0 || (end !== undefined && end < start)) throw new RangeError('The range lies outside the asset.');
    const isWhole = start === 0 && end === undefined;
    const part = isWhole ? {} : { Range: `bytes=${start}-${end ?? ''}` };
    const found = await this.#client.send(new GetObjectCommand({ ...this.#object(key), ...part })).catch(unanswered);
    if (found === 'absent') return undefined;
    if (found === 'outside') return this.#outside(key, start);
    return { stream: unstalled(found.Body as Readable, this.#stallMs), size: sizeOf(found) };
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#object(key)));
  }

  /** That the bucket is there and may be used; writing is only tried by writing, since each write costs. */
  async ping(): Promise<void> {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.#location.bucket }));
  }

  close(): void {
    this.#client.destroy();
  }

  /** An empty asset has no range at all for S3, but a beginning for us. */
  async #outside(key: string, start: number): Promise<AssetContent> {
    const { ContentLength: size } = await this.#client.send(new HeadObjectCommand(this.#object(key)));
    if (size !== 0 || start > 0) throw new RangeError('The range lies outside the asset.');
    return { stream: Readable.from([]), size };
  }

  #object(key: string): { Bucket: string; Key: string } {
    if (!isAssetKey(key)) throw new RangeError('This is no asset key.');
    return { Bucket: this.#location.bucket, Key: `${this.#location.prefix}${key}` };
  }
}

function unanswered(error: unknown): 'absent' | 'outside' {
  if (error instanceof S3ServiceException) {
    const { httpStatusCode } = error.$metadata;
    if (error.name === 'NoSuchKey') return 'absent';
    if (httpStatusCode === 416) return 'outside';
  }
  throw error;
}

/** Of the whole asset: `bytes 2-4/10`. */
function sizeOf({ ContentRange, ContentLength }: GetObjectCommandOutput): number {
  return Number(/\/(\d+)$/.exec(ContentRange ?? '')?.[1] ?? ContentLength ?? 0);
}
