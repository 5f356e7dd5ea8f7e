import { createHash } from 'node:crypto';
import { assetKey, type AssetStorage } from '@atelier/asset-storage';
import { Asset, type GenerationServiceService } from '@atelier/contracts/generation/v1';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import { v7 as uuidv7 } from 'uuid';
import type { ProcessedImage } from '../domain/image-processor.js';
import type { ResultStore } from '../domain/run-image-job.js';

/** Stores results as assets of the job's owner: bytes first, then the record that makes them visible. */
export class AssetResultStore implements ResultStore {
  constructor(
    private readonly storage: AssetStorage,
    private readonly generation: Pick<GrpcClient<GenerationServiceService>, 'createAsset'>,
    private readonly contextOf: (ownerId: string) => CallContext,
  ) {}

  async save(image: ProcessedImage, ownerId: string): Promise<{ assetId: string; storageKey: string }> {
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
    return { assetId, storageKey };
  }
}

/** Hash of a job as its owner sent it. */
export function bodyHash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
