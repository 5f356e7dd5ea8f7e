import { assetKey } from '@atelier/asset-storage';
import { Asset, AssetServiceService } from '@atelier/contracts/generation/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { Scope } from '@atelier/identity';
import { callAs } from '@atelier/testing';
import { picture } from './fake-provider.js';
import { Harness } from './harness.js';

let harness: Harness;
let assets: GrpcClient<typeof AssetServiceService>;
beforeAll(async () => {
  harness = await Harness.open();
  assets = createGrpcClient(AssetServiceService, { target: harness.address });
}, 30_000);
afterAll(async () => {
  assets.close();
  await harness.close();
});

const by = (userId: string, scopes: Scope[] = ['read', 'generate']) => ({ context: callAs({ userId, scopes }) });

async function register(assetId: string, purpose: string): Promise<string> {
  const storageKey = assetKey(assetId, 'image/png');
  const { bytes: sizeBytes, sha256 } = await harness.storage.put(storageKey, picture, { contentType: 'image/png' });
  const asset = Asset.create({
    assetId,
    storageKey,
    contentType: 'image/png',
    width: 48,
    height: 32,
    sizeBytes,
    sha256,
  });
  await harness.generations.createAsset({ asset, purpose }, by('uma'));
  return storageKey;
}
const known = async (assetIds: string[], who = by('uma')) =>
  (await assets.batchGetAssets({ assetIds }, who)).assets.map(({ assetId }) => assetId).toSorted();

describe('many files at once', () => {
  it('are read by their owner; what is gone or foreign is left out', async () => {
    await register('one', 'upload');
    await register('two', 'upload');
    expect(await known(['two', 'gone', 'one'])).toEqual(['one', 'two']);
    expect(await known(['one', 'two'], by('eve'))).toEqual([]);
    expect(await known(['one'], by('root', ['admin']))).toEqual(['one']);
    expect(await known([])).toEqual([]);
    await expect(known(Array.from({ length: 101 }, (_, index) => `a${index}`))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('a file made for a reference', () => {
  it('is deleted with its record, once, by its owner', async () => {
    const storageKey = await register('thumbnail', 'reference');
    const remove = (who: ReturnType<typeof by>) => assets.deleteReferenceAsset({ assetId: 'thumbnail' }, who);
    await expect(remove(by('eve'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(remove(by('uma', ['read']))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await remove(by('uma'));
    expect(await known(['thumbnail'])).toEqual([]);
    expect(await harness.storage.get(storageKey)).toBeUndefined();
    await expect(remove(by('uma'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is the only kind that can be deleted so', async () => {
    await register('upload', 'upload');
    await expect(assets.deleteReferenceAsset({ assetId: 'upload' }, by('uma'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await known(['upload'])).toEqual(['upload']);
  });
});
