import { assetKey, type AssetStorage } from '@atelier/asset-storage';
import { Asset, type GenerationServiceService } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { v7 as uuidv7 } from 'uuid';
import type { ProcessedImage } from '../domain/image-processor.js';
import type { KeptResult } from '../domain/make-image-result.js';

/** Stores results as assets of the job's owner: bytes first, then the record that makes them visible. */
export class AssetResults {
  constructor(
    private readonly storage: AssetStorage,
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'createAsset' | 'getAsset'>,
    private readonly contextOf: (ownerId: string) => CallContext,
  ) {}

  /** False when the record or the file is gone. */
  async has(storageKey: string, assetId: string, ownerId: string): Promise<boolean> {
    try {
      await this.generation.getAsset({ assetId }, { context: this.contextOf(ownerId) });
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'NOT_FOUND') return false;
      throw error;
    }
    const content = await this.storage.get(storageKey, { start: 0, end: 0 });
    content?.stream.destroy();
    return content !== undefined;
  }

  async save(image: ProcessedImage, ownerId: string): Promise<KeptResult> {
    const assetId = uuidv7();
    const storageKey = assetKey(assetId, image.contentType);
    const { bytes, sha256 } = await this.storage.put(storageKey, image.bytes, { contentType: image.contentType });
    const asset = Asset.create({
      assetId,
      storageKey,
      contentType: image.contentType,
      width: image.width,
      height: image.height,
      sizeBytes: bytes,
      sha256,
    });
    await this.generation.createAsset({ asset, purpose: 'playground' }, { context: this.contextOf(ownerId) });
    return { assetId, storageKey, metadata: image.metadata };
  }
}
