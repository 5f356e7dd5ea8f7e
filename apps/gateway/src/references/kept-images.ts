import { Injectable } from '@nestjs/common';
import { type Asset, GetAssetRequest } from '@atelier/contracts/generation/v1';
import { ServiceError } from '@atelier/errors';
import { currentCall } from '@atelier/grpc';
import { Backends } from '../backends.js';
import { AssetLinks } from '../files/asset-links.js';
import { gatewayErrors } from '../gateway.errors.js';

/** Images that a user has kept for later: own files by their id, or addresses on allowed hosts. */
@Injectable()
export class KeptImages {
  constructor(
    private readonly backends: Backends,
    private readonly links: AssetLinks,
  ) {}

  /** The image as services keep it. Which hosts are allowed, the service that keeps it checks. @throws INVALID_REQUEST */
  async read(given: string, field: string): Promise<string> {
    return (await this.asset(given, field))?.assetId ?? given;
  }

  /**
   * The own image that is meant, kept from now on; undefined for an address elsewhere.
   * @throws INVALID_REQUEST, and what is not found
   */
  async asset(given: string, field: string): Promise<Asset | undefined> {
    const assetId = this.links.assetIdOf(given);
    if (assetId === undefined) {
      if (/^https?:\/\//i.test(given)) return undefined;
      throw wrong(field, 'must be a file link of ours, an upload_id or an http(s) URL');
    }
    // Read as the caller, so that a file of somebody else is not found.
    const { asset } = await this.backends.generation.getAsset(GetAssetRequest.create({ assetId }));
    if (!asset?.contentType.startsWith('image/')) throw wrong(field, 'is no image');
    // Uploads that nothing uses go after a day; registered again as a reference, this one stays.
    if (asset.ownerId === currentCall()?.identity?.userId)
      await this.backends.generation.createAsset({ asset, purpose: 'reference' });
    return asset;
  }
}

function wrong(field: string, message: string): ServiceError {
  return gatewayErrors.INVALID_REQUEST({
    message: `The field ${field} ${message}; POST /api/v1/uploads takes images.`,
    violations: [{ field, message }],
  });
}
