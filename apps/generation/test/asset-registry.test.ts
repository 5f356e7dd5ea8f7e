import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { assetKey, FileAssetStorage } from '@atelier/asset-storage';
import { migrate } from '@atelier/persistence';
import { openTestDatabase, type TestDatabase } from '@atelier/testing';
import { sql } from 'kysely';
import type { Asset } from '../src/domain/asset.js';
import { AssetRegistry } from '../src/infra/asset-registry.js';
import { migrations } from '../src/infra/migrations.js';
import type { GenerationSchema } from '../src/infra/schema.js';
import { SqlAssets } from '../src/infra/sql-assets.js';
import { picture } from './fake-provider.js';

const folder = mkdtempSync(join(tmpdir(), 'atelier-registry-'));
const storage = new FileAssetStorage(folder);
const file = storage.get.bind(storage);
const remove = storage.delete.bind(storage);
let opened: TestDatabase;
let registry: AssetRegistry;
beforeAll(async () => {
  opened = await openTestDatabase();
  await migrate(opened.database, 'generation', migrations);
  registry = new AssetRegistry(new SqlAssets(db()), storage);
}, 60_000);
afterEach(async () => {
  jest.restoreAllMocks();
  await db().deleteFrom('file_deletions').execute();
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const db = () => opened.database.kysely<GenerationSchema>().withSchema('generation');
const put = (key: string) => storage.put(key, picture, { contentType: 'image/png' });
const register = (asset: Asset) => registry.register(asset, 'playground_source');
const refused = { reason: 'INVALID_ASSET' };

async function stored(): Promise<Asset> {
  const assetId = randomUUID();
  const storageKey = assetKey(assetId, 'image/png');
  const { bytes: sizeBytes, sha256 } = await put(storageKey);
  const facts = { contentType: 'image/png', width: 48, height: 32, durationS: 0, sizeBytes, sha256 };
  return { assetId, storageKey, ...facts, ownerId: 'uma', createTimeMs: Date.now() };
}
/** A file whose record went. */
async function due(): Promise<Asset> {
  const asset = await stored();
  await db().insertInto('file_deletions').values({ storage_key: asset.storageKey }).execute();
  return asset;
}
async function isThere({ assetId, storageKey }: Asset): Promise<{ record: boolean; file: boolean }> {
  const records = await db().selectFrom('assets').select('asset_id').where('asset_id', '=', assetId).execute();
  const content = await file(storageKey);
  content?.stream.destroy();
  return { record: records.length === 1, file: content !== undefined };
}
const both = { record: true, file: true };
const neither = { record: false, file: false };

/** Holds the next deletion of a file up; `begun` tells its key. */
function heldDeletion(): { begun: Promise<string>; goOn: () => void } {
  const begun = Promise.withResolvers<string>();
  const held = Promise.withResolvers<void>();
  jest.spyOn(storage, 'delete').mockImplementationOnce(async (key) => {
    begun.resolve(key);
    await held.promise;
    await remove(key);
  });
  return { begun: begun.promise, goOn: held.resolve };
}

describe('a file that comes again', () => {
  it('stays while its deletion is still to be done', async () => {
    const asset = await due();
    await register(asset);
    expect(await registry.deleteLeftOver()).toBe(true);
    expect(await isThere(asset)).toEqual(both);
  });

  it('stays when a round of deletions has already looked it up', async () => {
    const assets = [await due(), await due()];
    const { begun, goOn } = heldDeletion();
    const round = registry.deleteLeftOver();
    const first = await begun;
    const [later] = assets.filter(({ storageKey }) => storageKey !== first);
    if (!later) throw new Error('nothing is left');
    await register(later);
    goOn();
    await round;
    expect(await isThere(later)).toEqual(both);
  });

  it('is refused while it is being deleted, and stays when it is stored again afterwards', async () => {
    const asset = await due();
    const { begun, goOn } = heldDeletion();
    const round = registry.deleteLeftOver();
    await begun;
    await put(asset.storageKey);
    await expect(register(asset)).rejects.toMatchObject(refused);
    goOn();
    await round;
    expect(await isThere(asset)).toEqual(neither);
    await put(asset.storageKey);
    await register(asset);
    await registry.deleteLeftOver();
    expect(await isThere(asset)).toEqual(both);
  });

  it('is refused when it was deleted after it had been looked for', async () => {
    const asset = await due();
    jest.spyOn(storage, 'get').mockImplementationOnce(async (key) => {
      const content = await file(key);
      await registry.deleteLeftOver();
      return content;
    });
    await expect(register(asset)).rejects.toMatchObject(refused);
    expect(await isThere(asset)).toEqual(neither);
  });

  it('is refused after a deletion that failed, which may have done its work, until one has succeeded', async () => {
    const asset = await due();
    jest.spyOn(storage, 'delete').mockImplementationOnce(() => Promise.reject(new Error('ETIMEDOUT')));
    await expect(registry.deleteLeftOver()).rejects.toThrow('ETIMEDOUT');
    await expect(register(asset)).rejects.toMatchObject(refused);
    await registry.deleteLeftOver();
    expect(await isThere(asset)).toEqual(neither);
    await put(asset.storageKey);
    await register(asset);
    expect(await isThere(asset)).toEqual(both);
  });
});

describe('a deletion', () => {
  it('is done by one process, and by another when that one is gone', async () => {
    const asset = await due();
    const claim = (until: string) =>
      db()
        .updateTable('file_deletions')
        .set({ claimed_until: sql<Date>`now() + ${until}::interval` })
        .execute();
    await claim('1 minute');
    await registry.deleteLeftOver();
    expect(await isThere(asset)).toEqual({ record: false, file: true });
    await claim('-1 second');
    await registry.deleteLeftOver();
    expect(await isThere(asset)).toEqual(neither);
    expect(await db().selectFrom('file_deletions').selectAll().execute()).toEqual([]);
  });
});
