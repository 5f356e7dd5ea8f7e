import type { Readable } from 'node:stream';

/** What was stored: number of bytes and their SHA-256 in hexadecimal. */
export interface StoredAsset {
  readonly bytes: number;
  readonly sha256: string;
}

/** Part of an asset in bytes, both ends included, as in an HTTP range. */
export interface AssetRange {
  readonly start?: number;
  readonly end?: number;
}

/** An open asset; `size` is that of the whole asset, also when only a range is streamed. */
export interface AssetContent {
  /** To be read or destroyed by the caller. */
  readonly stream: Readable;
  readonly size: number;
}

/** Bytes by key. Keys are made with `assetKey`; content under a key is whole or absent, never partial. */
export interface AssetStorage {
  /** Stores or replaces. Rejects with the source's error, or a RangeError for what is no asset key. */
  put(key: string, source: Buffer | Readable, options: { readonly contentType: string }): Promise<StoredAsset>;
  /** Undefined when there is nothing under the key. Rejects with a RangeError when the range starts past the end. */
  get(key: string, range?: AssetRange): Promise<AssetContent | undefined>;
  /** Does nothing when there is nothing under the key. */
  delete(key: string): Promise<void>;
  /** Rejects when assets can't be written. */
  ping(): Promise<void>;
}
