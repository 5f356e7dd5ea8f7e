import { Injectable } from '@nestjs/common';
import { BatchGetAssetsRequest, GetAssetRequest } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';

/** Most files that are looked up in one call. */
const atOnce = 100;

/** Turns what services keep for an image (an own asset's id, or a URL) into what a client can show. */
@Injectable()
export class ImageLinks {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
  ) {}

  /** A fresh link to the small picture of a reference, which was stored with it; null for none. */
  linkToThumbnail(storageKey: string | undefined): string | null {
    return storageKey ? this.links.linkTo(storageKey) : null;
  }

  /** A fresh link to an own asset, a foreign URL as it is; null for none and for a file that is gone. */
  async linkTo(stored: string): Promise<string | null> {
    const assetId = this.links.assetIdOf(stored);
    if (assetId === undefined) return stored === '' ? null : stored;
    try {
      // Looked up as the caller, so that nobody gets a link to a file that is not theirs.
      const { asset } = await this.backends.generation.getAsset(GetAssetRequest.create({ assetId }));
      return asset ? this.links.linkTo(asset.storageKey) : null;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  /** The same for many at once, by what is stored. */
  async linksTo(stored: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const ids = new Map([...new Set(stored)].map((one) => [one, this.links.assetIdOf(one)]));
    const wanted = [...ids.values()].filter((id) => id !== undefined);
    const keys = new Map<string, string>();
    for (let start = 0; start < wanted.length; start += atOnce) {
      const assetIds = wanted.slice(start, start + atOnce);
      const { assets } = await this.backends.assets.batchGetAssets(BatchGetAssetsRequest.create({ assetIds }));
      for (const { assetId, storageKey } of assets) keys.set(assetId, storageKey);
    }
    return new Map(
      [...ids].map(([one, id]) => {
        if (id === undefined) return [one, one === '' ? null : one];
        const key = keys.get(id);
        return [one, key === undefined ? null : this.links.linkTo(key)];
      }),
    );
  }
}
