import {
  assetKey,
  type AssetStorage,
  type ImageLimits,
  MediaRejectedError,
  type NormalisedImage,
  thumbnailOf,
} from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { FetchFailedError, type SafeFetcher } from '@atelier/safe-fetch';
import type { Logger } from '@atelier/service-defaults';
import { v7 as uuidv7 } from 'uuid';
import type { Backends } from '../backends.js';
import { gatewayErrors } from '../gateway.errors.js';
import type { UploadGate } from '../uploads/upload-gate.js';

/** What thumbnails are made with. */
export interface ThumbnailsParts {
  readonly backends: Pick<Backends, 'generation' | 'assets'>;
  readonly storage: AssetStorage;
  /** Bounds how many pictures are in memory. */
  readonly gate: Pick<UploadGate, 'run' | 'decode'>;
  readonly limits: Required<Pick<ImageLimits, 'maxBytes' | 'maxPixels'>>;
  /** Fetches from the hosts that images may come from, and no others. */
  readonly fetcher: Pick<SafeFetcher, 'fetch'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Small pictures of references, made once when the reference is. */
export class Thumbnails {
  constructor(private readonly parts: ThumbnailsParts) {}

  /**
   * Fetches an image from elsewhere, sees that it is one, and stores a small picture of it; answers its storage key.
   * @throws IMAGE_HOST_NOT_ALLOWED, IMAGE_UNREADABLE, with the field
   */
  ofUrl(url: string, field: string, signal: AbortSignal): Promise<string> {
    const { fetcher, gate, limits } = this.parts;
    return gate.run(async () => {
      try {
        const { bytes } = await fetcher.fetch(url, { signal });
        return await this.#store(await gate.decode(() => thumbnailOf(bytes, limits)));
      } catch (error) {
        throw problemOf(error, field);
      }
    }, signal);
  }

  /** The same of an own file. A picture that can't be made small has none: the file itself is good for other things. */
  ofAsset({ storageKey, sizeBytes }: Asset, signal: AbortSignal): Promise<string> {
    const { storage, gate, limits, logger } = this.parts;
    if (sizeBytes > limits.maxBytes) return Promise.resolve('');
    return gate.run(async () => {
      try {
        const content = await storage.get(storageKey);
        if (!content) return '';
        const bytes = Buffer.concat(await content.stream.toArray());
        return await this.#store(await gate.decode(() => thumbnailOf(bytes, limits)));
      } catch (error) {
        logger.warn({ err: error }, 'a reference gets no thumbnail');
        return '';
      }
    }, signal);
  }

  /** Deletes one that nobody needs any more; an empty key is none. What fails is left behind and never lost work of others. */
  async discard(storageKey: string): Promise<void> {
    const assetId = storageKey.split('.')[0] ?? '';
    if (assetId === '') return;
    try {
      await this.parts.backends.assets.deleteReferenceAsset({ assetId });
    } catch (error) {
      if (ServiceError.from(error).code !== 'NOT_FOUND')
        this.parts.logger.warn({ err: error }, 'a thumbnail stays behind');
    }
  }

  async #store({ bytes, width, height, contentType }: NormalisedImage): Promise<string> {
    const { backends, storage } = this.parts;
    const assetId = uuidv7();
    const storageKey = assetKey(assetId, contentType);
    const { bytes: sizeBytes, sha256 } = await storage.put(storageKey, bytes, { contentType });
    try {
      const asset = Asset.create({ assetId, storageKey, contentType, width, height, sizeBytes, sha256 });
      await backends.generation.createAsset({ asset, purpose: 'reference' });
    } catch (error) {
      await storage.delete(storageKey).catch(() => {});
      throw error;
    }
    return storageKey;
  }
}

function problemOf(error: unknown, field: string): unknown {
  if (error instanceof FetchFailedError && error.reason === 'host_not_allowed') {
    const { message } = error;
    return gatewayErrors.IMAGE_HOST_NOT_ALLOWED({ message, violations: [{ field, message }], cause: error });
  }
  if (!(error instanceof FetchFailedError || error instanceof MediaRejectedError)) return error;
  const { message } = error;
  return gatewayErrors.IMAGE_UNREADABLE({ message, violations: [{ field, message }], cause: error });
}
