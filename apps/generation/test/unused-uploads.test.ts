import { randomUUID } from 'node:crypto';
import { assetKey } from '@atelier/asset-storage';
import { Asset } from '@atelier/contracts/generation/v1';
import { callAs } from '@atelier/testing';
import { picture } from './fake-provider.js';
import { Harness } from './harness.js';

const hourMs = 60 * 60 * 1_000;
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.open();
}, 60_000);
afterAll(() => harness.close());

const uma = { context: callAs('uma') };
async function register(purpose: string): Promise<Asset> {
  const assetId = randomUUID();
  const storageKey = assetKey(assetId, 'image/png');
  const { bytes: sizeBytes, sha256 } = await harness.storage.put(storageKey, picture, { contentType: 'image/png' });
  const facts = { contentType: 'image/png', width: 48, height: 32, sizeBytes, sha256 };
  const asset = Asset.create({ assetId, storageKey, ...facts });
  await harness.generations.createAsset({ asset, purpose }, uma);
  return asset;
}
const isThere = async ({ assetId, storageKey }: Asset): Promise<boolean[]> => [
  (await harness.db.selectFrom('assets').select('asset_id').where('asset_id', '=', assetId).execute()).length === 1,
  (await harness.fileSize(storageKey)) !== undefined,
];
/** The service repairs what is to repair when it starts; stopping it waits for the end of that. */
async function housekeeping(): Promise<void> {
  await harness.stop();
  await harness.start();
  await harness.stop();
  await harness.start();
}

it('go a day after they came, with their files, and not an hour earlier', async () => {
  const [upload, source] = [await register('upload'), await register('playground_source')];
  harness.clock.advance(23 * hourMs);
  await housekeeping();
  expect(await isThere(upload)).toEqual([true, true]);
  harness.clock.advance(hourMs);
  await housekeeping();
  expect(await isThere(upload)).toEqual([false, false]);
  expect(await isThere(source)).toEqual([false, false]);
  await expect(harness.generations.getAsset({ assetId: upload.assetId }, uma)).rejects.toMatchObject({
    reason: 'ASSET_NOT_FOUND',
  });
});

it('stay a day longer when they come again', async () => {
  const source = await register('playground_source');
  harness.clock.advance(23 * hourMs);
  await harness.generations.createAsset({ asset: source, purpose: 'playground_source' }, uma);
  harness.clock.advance(23 * hourMs);
  await housekeeping();
  expect(await isThere(source)).toEqual([true, true]);
  harness.clock.advance(hourMs);
  await housekeeping();
  expect(await isThere(source)).toEqual([false, false]);
});

it('stay when they are results or references, or were made a reference later', async () => {
  const stays = [await register('playground'), await register('reference'), await register('upload')];
  await harness.generations.createAsset({ asset: stays[2], purpose: 'reference' }, uma);
  harness.clock.advance(48 * hourMs);
  await housekeeping();
  for (const asset of stays) expect(await isThere(asset)).toEqual([true, true]);
});

it('stay as long as a generation uses them, of their owner', async () => {
  const upload = await register('upload');
  const { generationId } = await harness.create('uma', {
    modelId: 'black-forest-labs/flux-kontext-pro',
    inputImages: [upload.assetId],
  });
  await harness.ended('uma', generationId);
  harness.clock.advance(25 * hourMs);
  await housekeeping();
  expect(await isThere(upload)).toEqual([true, true]);
  await harness.generations.deleteGeneration({ generationId }, uma);
  harness.clock.advance(25 * hourMs);
  await housekeeping();
  expect(await isThere(upload)).toEqual([false, false]);
});
