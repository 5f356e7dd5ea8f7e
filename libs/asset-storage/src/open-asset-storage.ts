import { join } from 'node:path';
import type { ConfigOf } from '@atelier/service-defaults';
import type { assetStorageConfig } from './asset-storage.config.js';
import type { AssetStorage } from './asset-storage.js';
import { FileAssetStorage } from './file-asset-storage.js';

/** The storage that the configuration names. Nothing is connected before the first use. */
export async function openAssetStorage(config: ConfigOf<typeof assetStorageConfig>): Promise<AssetStorage> {
  const { DATA_DIR, STORAGE_URL, STORAGE_ACCESS_KEY_ID, STORAGE_SECRET_ACCESS_KEY } = config;
  if (!STORAGE_URL) return new FileAssetStorage(join(DATA_DIR, 'files'));
  // The SDK is large: whoever keeps files in a folder does not load it.
  const { S3AssetStorage } = await import('./s3-asset-storage.js');
  const key =
    STORAGE_ACCESS_KEY_ID && STORAGE_SECRET_ACCESS_KEY
      ? { accessKeyId: STORAGE_ACCESS_KEY_ID, secretAccessKey: STORAGE_SECRET_ACCESS_KEY }
      : undefined;
  return new S3AssetStorage(STORAGE_URL, key ? { key } : {});
}
