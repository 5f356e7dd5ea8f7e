import { Injectable } from '@nestjs/common';
import { GetAssetRequest } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';

/** Turns what services keep for an image (an own asset's id, or a URL) into what a client can show. */
@Injectable()
export class ImageLinks {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
  ) {}

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
}
