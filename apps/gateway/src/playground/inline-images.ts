import { Injectable } from '@nestjs/common';
import { assetKey, imageMetadata, type ImageMetadata, MediaRejectedError } from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import type { CallContext } from '@atelier/grpc';
import { v7 as uuidv7 } from 'uuid';
import { Backends } from '../backends.js';
import { FileStorage } from '../files/file-storage.js';
import { gatewayErrors } from '../gateway.errors.js';
import { UploadGate } from '../uploads/upload-gate.js';
import { encodeCanvas } from './canvas-image.js';

/** Characters of a data: URL that may travel inside a message: fifty of them fit into one. */
const longestInline = 32 * 1024;
const base64Start = /;base64,/i;

/** Pictures that came inside a request, on their way to the playground: large ones become files of their owner. */
@Injectable()
export class InlineImages {
  constructor(
    private readonly backends: Backends,
    private readonly storage: FileStorage,
    private readonly gate: UploadGate,
  ) {}

  /**
   * The sources as the service takes them, in their order. A picture that is refused goes along as its first bytes, so that the
   * job says what is wrong with it and does the others. @throws BODY_TOO_LARGE, INVALID_REQUEST (canvas data), UPLOADS_BUSY
   */
  async store(sources: readonly string[], field: string, context: CallContext): Promise<string[]> {
    const stored: string[] = [];
    for (const [index, source] of sources.entries()) {
      context.signal?.throwIfAborted();
      // One after the other: decoded pictures are larger than their text.
      stored.push(await this.storeOne(source, `${field}.${index}`, context));
    }
    return stored;
  }

  /** One of them. */
  async storeOne(url: string, field: string, context: CallContext): Promise<string> {
    if (!isInline(url)) return url;
    const start = url.search(base64Start) + ';base64,'.length;
    if ((url.length - start) * 0.75 > this.#maxBytes + 2) throw tooLarge(field);
    const canvas = await encodeCanvas(url, field, this.gate);
    if (!canvas && url.length <= longestInline) return url;
    const bytes = canvas ?? Buffer.from(url.slice(start), 'base64');
    if (bytes.length > this.#maxBytes) throw tooLarge(field);
    const metadata = await this.#metadataOf(bytes);
    return metadata ? this.#keep(bytes, metadata, context) : url.slice(0, start + longestInline);
  }

  get #maxBytes(): number {
    return this.gate.limits.maxBytes ?? Infinity;
  }

  /** Undefined for what is refused. */
  async #metadataOf(bytes: Buffer): Promise<ImageMetadata | undefined> {
    try {
      return await imageMetadata(bytes, this.gate.limits);
    } catch (error) {
      if (error instanceof MediaRejectedError) return undefined;
      throw error;
    }
  }

  /** Byte for byte: what a job says about sizes is about the picture that was sent. */
  async #keep(bytes: Buffer, metadata: ImageMetadata, context: CallContext): Promise<string> {
    const assetId = uuidv7();
    const storageKey = assetKey(assetId, metadata.contentType);
    const { bytes: sizeBytes, sha256 } = await this.storage.put(storageKey, bytes, metadata);
    try {
      const asset = Asset.create({ ...metadata, assetId, storageKey, sizeBytes, sha256 });
      await this.backends.generation.createAsset({ asset, purpose: 'playground_source' }, { context });
    } catch (error) {
      // What the caller has to know is why it failed, not that cleaning up failed too.
      await this.storage.delete(storageKey).catch(() => {});
      throw error;
    }
    return assetId;
  }
}

/** True for a picture that is inside the request. */
export function isInline(source: string): boolean {
  return /^data:/i.test(source);
}

function tooLarge(field: string) {
  const message = 'The image is larger than allowed.';
  return gatewayErrors.BODY_TOO_LARGE({ message, violations: [{ field, message }] });
}
