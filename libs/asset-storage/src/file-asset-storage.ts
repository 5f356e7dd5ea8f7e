import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAssetKey } from './asset-key.js';
import type { AssetContent, AssetRange, AssetStorage, StoredAsset } from './asset-storage.js';

/** Age after which an unfinished file belongs to a process that died. */
const STALE_AFTER_MS = 24 * 3_600_000;

/**
 * Assets as files below one folder, readable by this user only. A file is written aside, synced and renamed,
 * so that a crash at any instant leaves the old content or the new one.
 */
export class FileAssetStorage implements AssetStorage {
  readonly #root: string;
  readonly #unfinished: string;
  readonly #now: () => number;
  #ready: Promise<void> | undefined;

  constructor(root: string, options: { readonly now?: () => number } = {}) {
    this.#root = root;
    this.#unfinished = join(root, '.unfinished');
    this.#now = options.now ?? Date.now;
  }

  /** The content type is not kept: a file's key names it. */
  async put(key: string, source: Buffer | Readable, _options: { readonly contentType: string }): Promise<StoredAsset> {
    const path = this.#pathOf(key);
    await this.#prepare();
    const temporary = join(this.#unfinished, randomUUID());
    const hash = createHash('sha256');
    let bytes = 0;
    const measured = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      const input = Buffer.isBuffer(source) ? Readable.from([source]) : source;
      await pipeline(input, measured, createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }));
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  async get(key: string, range: AssetRange = {}): Promise<AssetContent | undefined> {
    if (!isAssetKey(key)) return undefined;
    const file = await open(this.#pathOf(key), 'r').catch(absent);
    if (file === undefined) return undefined;
    try {
      const { size } = await file.stat();
      const start = range.start ?? 0;
      const end = Math.min(range.end ?? size - 1, size - 1);
      if (start < 0 || end < start) {
        if (size > 0 || start > 0) throw new RangeError('The range lies outside the asset.');
        await file.close();
        return { stream: Readable.from([]), size };
      }
      return { stream: file.createReadStream({ start, end }), size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async ping(): Promise<void> {
    await this.#prepare();
    await access(this.#unfinished, constants.W_OK);
  }

  #pathOf(key: string): string {
    if (!isAssetKey(key)) throw new RangeError('This is no asset key.');
    // Time-ordered ids begin alike, so the folder comes from a hash of the whole key.
    return join(this.#root, createHash('sha256').update(key).digest('hex').slice(0, 2), key);
  }

  #prepare(): Promise<void> {
    this.#ready ??= this.#makeFolders().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #makeFolders(): Promise<void> {
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#unfinished)) {
      const path = join(this.#unfinished, name);
      const found = await stat(path).catch(absent);
      if (found !== undefined && this.#now() - found.mtimeMs > STALE_AFTER_MS) await rm(path, { force: true });
    }
  }
}

/** Makes a rename survive power loss. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
