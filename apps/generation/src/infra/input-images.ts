import { type AssetStorage, assetKey, imageMetadata, MediaRejectedError } from '@atelier/asset-storage';
import type { ProviderImage } from '@atelier/model-providers';
import { FetchFailedError, type HostRules, isHostAllowed, parseDataUrl, type SafeFetcher } from '@atelier/safe-fetch';
import type { Asset } from '../domain/asset.js';
import type { Generation, InputImage } from '../domain/generation.js';
import { type Clock, type InputAdmission, InputImageProblem, type InputImages, type Random } from '../domain/ports.js';
import { generationErrors } from '../generation.errors.js';
import type { SqlAssets } from './sql-assets.js';

/** What input images need. */
export interface InputImageTools {
  readonly assets: SqlAssets;
  readonly storage: AssetStorage;
  readonly fetcher: Pick<SafeFetcher, 'fetch'>;
  readonly allowedHosts: HostRules;
  readonly limits: { readonly maxBytes: number; readonly maxPixels: number };
  readonly random: Pick<Random, 'id'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Input images as own assets, URLs on allowed hosts, and data URLs, which become assets when they are admitted. */
export class StoredInputImages implements InputAdmission, InputImages {
  constructor(private readonly tools: InputImageTools) {}

  async admit(owner: { userId: string; isAdmin: boolean }, texts: readonly string[], field: string) {
    const images: InputImage[] = [];
    const stored: Asset[] = [];
    const hashes: (string | undefined)[] = [];
    const take = ({ assetId, sha256 }: Asset): void => {
      images.push({ kind: 'asset', assetId });
      hashes.push(sha256);
    };
    try {
      for (const [index, text] of texts.entries()) {
        const name = field === 'mask' ? field : `${field}.${index}`;
        if (text.startsWith('data:')) {
          const asset = await this.store(owner.userId, text, name);
          stored.push(asset);
          take(asset);
        } else if (/^https?:/i.test(text)) {
          images.push({ kind: 'url', url: this.checkUrl(text, name) });
          hashes.push(undefined);
        } else take(await this.checkAsset(owner, text, name));
      }
      return { images, stored, hashes };
    } catch (error) {
      await this.discard(stored);
      throw error;
    }
  }

  async discard(assets: readonly Asset[]): Promise<void> {
    for (const { storageKey } of assets) await this.tools.storage.delete(storageKey);
  }

  async load(generation: Generation, signal: AbortSignal): Promise<ProviderImage[]> {
    const images = [...generation.inputImages, ...(generation.mask ? [generation.mask] : [])];
    return Promise.all(images.map((image) => this.loadOne(image, signal)));
  }

  private async loadOne(image: InputImage, signal: AbortSignal): Promise<ProviderImage> {
    const { storage, assets, fetcher, limits } = this.tools;
    if (image.kind === 'asset') {
      const asset = await assets.find(image.assetId);
      const content = asset && (await storage.get(asset.storageKey));
      if (!content) throw new InputImageProblem('INPUT_IMAGE_NOT_FOUND');
      const chunks: Uint8Array[] = [];
      for await (const chunk of content.stream) chunks.push(chunk as Uint8Array);
      return { bytes: Buffer.concat(chunks), contentType: asset.contentType };
    }
    try {
      const { bytes } = await fetcher.fetch(image.url, { signal, accept: ['image/*'], maxBytes: limits.maxBytes });
      const { contentType } = await imageMetadata(bytes, limits);
      return { bytes, contentType };
    } catch (error) {
      throw new InputImageProblem(`INPUT_IMAGE_${problemOf(error)}`);
    }
  }

  private async store(ownerId: string, dataUrl: string, field: string): Promise<Asset> {
    const { limits, storage, random, clock } = this.tools;
    try {
      const { bytes } = await parseDataUrl(dataUrl, limits.maxBytes);
      const { contentType, width, height } = await imageMetadata(bytes, limits);
      const assetId = random.id();
      const storageKey = assetKey(assetId, contentType);
      const { bytes: sizeBytes, sha256 } = await storage.put(storageKey, bytes, { contentType });
      const createTimeMs = clock.now();
      return {
        assetId,
        storageKey,
        contentType,
        width,
        height,
        durationS: 0,
        sizeBytes,
        sha256,
        ownerId,
        createTimeMs,
      };
    } catch (error) {
      if (error instanceof FetchFailedError && error.reason === 'url_not_allowed')
        throw generationErrors.INPUT_IMAGE_URL_INVALID(at(field));
      if (!(error instanceof FetchFailedError || error instanceof MediaRejectedError)) throw error;
      const problem = problemOf(error);
      throw problem === 'TOO_LARGE'
        ? generationErrors.INPUT_IMAGE_TOO_LARGE(at(field))
        : generationErrors.INPUT_IMAGE_UNSUPPORTED(at(field));
    }
  }

  /** Form and host only: what the name resolves to is checked when it is fetched. */
  private checkUrl(text: string, field: string): string {
    const url = text.length > 8_192 ? null : URL.parse(text);
    if (!url || url.hostname === '' || url.username !== '' || url.password !== '') {
      throw generationErrors.INPUT_IMAGE_URL_INVALID(at(field));
    }
    if (!isHostAllowed(url.hostname, this.tools.allowedHosts)) {
      throw generationErrors.INPUT_IMAGE_HOST_NOT_ALLOWED(at(field));
    }
    return url.href;
  }

  /** By id or by storage key, which only adds an extension. */
  private async checkAsset(owner: { userId: string; isAdmin: boolean }, text: string, field: string): Promise<Asset> {
    const asset = await this.tools.assets.find(text.split('.')[0] ?? '');
    if (!asset || !(owner.isAdmin || asset.ownerId === owner.userId)) {
      throw generationErrors.INPUT_IMAGE_NOT_FOUND(at(field));
    }
    if (!asset.contentType.startsWith('image/')) throw generationErrors.INPUT_IMAGE_UNSUPPORTED(at(field));
    return asset;
  }
}

function at(field: string) {
  return { violations: [{ field, message: 'This image can not be used.' }] };
}

function problemOf(error: unknown): 'TOO_LARGE' | 'UNSUPPORTED' | 'UNREACHABLE' {
  if (error instanceof MediaRejectedError) return error.reason.startsWith('too_many') ? 'TOO_LARGE' : 'UNSUPPORTED';
  if (!(error instanceof FetchFailedError)) return 'UNREACHABLE';
  if (error.reason === 'too_large') return 'TOO_LARGE';
  return error.reason === 'unsupported_content' ? 'UNSUPPORTED' : 'UNREACHABLE';
}
