import { Controller, Inject } from '@nestjs/common';
import {
  type AssetServiceController,
  AssetServiceControllerMethods,
  BatchGetAssetsResponse,
  DeleteReferenceAssetResponse,
  type BatchGetAssetsRequest,
  type DeleteReferenceAssetRequest,
} from '@atelier/contracts/generation/v1';
import { caller, spender } from './caller.js';
import { generationErrors } from './generation.errors.js';
import { generationDesk, type GenerationDesk } from './generation.controller.js';
import { assetToWire } from './wire/generation.js';

const mostAssets = 100;

/** AssetService: wire ↔ files. */
@Controller()
@AssetServiceControllerMethods()
export class AssetController implements AssetServiceController {
  constructor(@Inject(generationDesk) private readonly desk: Pick<GenerationDesk, 'assets'>) {}

  async batchGetAssets({ assetIds }: BatchGetAssetsRequest): Promise<BatchGetAssetsResponse> {
    if (assetIds.length > mostAssets) {
      const message = `must be at most ${mostAssets}`;
      throw generationErrors.INVALID_ASSET({ violations: [{ field: 'asset_ids', message }] });
    }
    const assets = await this.desk.assets.getAll(caller(), assetIds);
    return BatchGetAssetsResponse.create({ assets: assets.map(assetToWire) });
  }

  async deleteReferenceAsset({ assetId }: DeleteReferenceAssetRequest): Promise<DeleteReferenceAssetResponse> {
    await this.desk.assets.deleteOf(spender(), assetId, 'reference');
    return DeleteReferenceAssetResponse.create();
  }
}
