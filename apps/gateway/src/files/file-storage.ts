import type { AssetContent, AssetRange, AssetStorage, StoredAsset } from '@atelier/asset-storage';
import type { Readable } from 'node:stream';

/** The asset storage as Nest injects it: by a class, since interfaces are gone at run time. */
export class FileStorage implements AssetStorage {
  constructor(private readonly storage: AssetStorage) {}

  put(key: string, source: Buffer | Readable, options: { readonly contentType: string }): Promise<StoredAsset> {
    return this.storage.put(key, source, options);
  }

  get(key: string, range?: AssetRange): Promise<AssetContent | undefined> {
    return this.storage.get(key, range);
  }

  delete(key: string): Promise<void> {
    return this.storage.delete(key);
  }

  ping(): Promise<void> {
    return this.storage.ping();
  }
}
