import type { AssetStorage } from '@atelier/asset-storage';
import type { Owner } from '../domain/accept-generation.js';
import type { Asset, AssetPurpose } from '../domain/asset.js';
import { generationErrors } from '../generation.errors.js';
import type { SqlAssets } from './sql-assets.js';

/** Left over files that are deleted in one go. */
const mostAtOnce = 500;

/** Files and their records together. */
export class AssetRegistry {
  constructor(
    private readonly records: SqlAssets,
    private readonly storage: AssetStorage,
  ) {}

  /** Registers a file that is in the storage. Throws INVALID_ASSET, ASSET_EXISTS. */
  async register(asset: Asset, purpose: AssetPurpose): Promise<Asset> {
    const check = (): Promise<void> => this.check(asset);
    // A storage that is away must not hold up a transaction.
    await check();
    // And once more when it can't be deleted any more: it may have been since.
    return this.records.register(asset, purpose, check);
  }

  /** Throws ASSET_NOT_FOUND, for foreign files too. */
  async get(owner: Owner, assetId: string): Promise<Asset> {
    const asset = await this.records.find(assetId);
    if (!asset || !(owner.isAdmin || asset.ownerId === owner.userId)) throw generationErrors.ASSET_NOT_FOUND();
    return asset;
  }

  /** Those that exist and may be seen. */
  async getAll(owner: Owner, assetIds: readonly string[]): Promise<Asset[]> {
    const assets = await this.records.findAll(assetIds);
    return assets.filter((asset) => owner.isAdmin || asset.ownerId === owner.userId);
  }

  /** Deletes a file of one purpose with its record. Throws ASSET_NOT_FOUND, for foreign files and other purposes too. */
  async deleteOf(owner: Owner, assetId: string, purpose: AssetPurpose): Promise<void> {
    const storageKey = await this.records.delete(assetId, purpose, owner.isAdmin ? undefined : owner.userId);
    if (storageKey === undefined) throw generationErrors.ASSET_NOT_FOUND();
    await this.deleteFiles([storageKey]);
  }

  /** Deletes files whose records are gone already: all that can be. What fails is told at the end, and deleted by the next reconciliation. */
  async deleteFiles(storageKeys: readonly string[]): Promise<void> {
    const failures: unknown[] = [];
    for (const key of storageKeys) {
      try {
        if (await this.records.beginDeletion(key)) await this.deleteFile(key);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Deletes what an interrupted deletion has left. False when there is more than it has looked at. */
  async deleteLeftOver(): Promise<boolean> {
    const due = await this.records.deletionsDue(mostAtOnce);
    await this.deleteFiles(due);
    return due.length < mostAtOnce;
  }

  private async deleteFile(key: string): Promise<void> {
    try {
      await this.storage.delete(key);
    } catch (error) {
      await this.records.deletionFailed(key);
      throw error;
    }
    await this.records.deletionDone(key);
  }

  private async check({ storageKey, sizeBytes }: Asset): Promise<void> {
    const stored = await this.storage.get(storageKey);
    stored?.stream.destroy();
    if (stored?.size === sizeBytes) return;
    const message = stored ? 'The stored file has another size.' : 'There is no such file.';
    throw generationErrors.INVALID_ASSET({ violations: [{ field: 'storage_key', message }] });
  }
}
