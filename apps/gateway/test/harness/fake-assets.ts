import {
  Asset,
  BatchGetAssetsResponse,
  CreateAssetResponse,
  DeleteReferenceAssetResponse,
  GetAssetResponse,
} from '@atelier/contracts/generation/v1';
import { fakeErrors, type FakeServices } from './fake-services.js';

/** Lets the fakes register assets and answer them to their owners and administrators, like the generation service. */
export function fakeAssets(services: FakeServices): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  services.set('generation', 'createAsset', ({ asset }, { identity: { userId: ownerId } }) => {
    const stored = Asset.create({ ...asset, ownerId, createTime: new Date() });
    assets.set(stored.assetId, stored);
    return CreateAssetResponse.create({ asset: stored });
  });
  services.set('generation', 'getAsset', ({ assetId }, { identity: { userId, scopes } }) => {
    const asset = assets.get(assetId);
    if (!asset || !(asset.ownerId === userId || scopes.includes('admin'))) throw fakeErrors.THING_NOT_FOUND();
    return GetAssetResponse.create({ asset });
  });
  services.set('assets', 'batchGetAssets', ({ assetIds }, { identity: { userId, scopes } }) => {
    const found = assetIds.flatMap((id) => assets.get(id) ?? []);
    const own = found.filter(({ ownerId }) => ownerId === userId || scopes.includes('admin'));
    return BatchGetAssetsResponse.create({ assets: own });
  });
  services.set('assets', 'deleteReferenceAsset', ({ assetId }, { identity: { userId } }) => {
    if (assets.get(assetId)?.ownerId !== userId) throw fakeErrors.THING_NOT_FOUND();
    assets.delete(assetId);
    return DeleteReferenceAssetResponse.create();
  });
  return assets;
}

/** The form of an upload with one file. */
export function uploadForm(content: Buffer | string, name = 'photo.png', field = 'file'): FormData {
  const form = new FormData();
  form.append(field, new Blob([new Uint8Array(Buffer.from(content))]), name);
  return form;
}
