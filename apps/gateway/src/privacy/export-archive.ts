import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { AssetStorage } from '@atelier/asset-storage';
import type { PersonalItem } from '@atelier/privacy';
import { ZipFile } from 'yazl';

/** What one service has stored. */
export interface ExportSource {
  readonly service: string;
  readonly items: AsyncIterable<PersonalItem>;
}

/** What the archive says of itself, in `manifest.json`. */
export interface ExportManifest {
  readonly format: 'atelier-export/1';
  readonly user_id: string;
  readonly exported_at: string;
  /** Records by service and kind. */
  readonly records: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly files: number;
  /** Keys of files that are gone, at most a hundred. */
  readonly missing_files: readonly string[];
}

const mostMissing = 100;
const readAheadBytes = 64 * 1024;

/**
 * Everything about a user as a zip: `<service>/<kind>.jsonl`, `files/<key>`, and last `manifest.json`. One entry is read at a
 * time, and only as fast as the archive is taken: memory holds a page of records, whatever there is.
 */
export class ExportArchive {
  readonly #zip = new ZipFile();
  readonly #records: Record<string, Record<string, number>> = {};
  readonly #missing: string[] = [];
  #files = 0;

  constructor(
    private readonly storage: Pick<AssetStorage, 'get'>,
    private readonly about: { readonly userId: string; readonly now: Date },
    private readonly signal: AbortSignal,
  ) {
    // An entry that fails rejects `write` as well.
    this.#zip.on('error', () => {});
  }

  get stream(): Readable {
    return this.#zip.outputStream as Readable;
  }

  /** Writes everything; an error leaves an archive without an end, which nobody takes for a whole one. */
  async write(sources: readonly ExportSource[]): Promise<void> {
    for (const source of sources) await this.#writeSource(source);
    const manifest: ExportManifest = {
      format: 'atelier-export/1',
      user_id: this.about.userId,
      exported_at: this.about.now.toISOString(),
      records: this.#records,
      files: this.#files,
      missing_files: this.#missing,
    };
    this.#zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json', this.#options(true));
    this.#zip.end();
  }

  async #writeSource({ service, items }: ExportSource): Promise<void> {
    const reader = items[Symbol.asyncIterator]();
    try {
      let next = await reader.next();
      while (!next.done) {
        if ('file' in next.value) {
          await this.#addFile(next.value.file.storageKey);
          next = await reader.next();
          continue;
        }
        const { kind } = next.value.record;
        let count = 0;
        const lines = async function* (): AsyncGenerator<string> {
          while (!next.done && 'record' in next.value && next.value.record.kind === kind) {
            count += 1;
            yield `${next.value.record.json}\n`;
            next = await reader.next();
          }
        };
        await this.#add(
          `${service}/${kind}.jsonl`,
          Readable.from(lines(), { objectMode: false, highWaterMark: readAheadBytes }),
          true,
        );
        this.#records[service] = { ...this.#records[service], [kind]: count };
      }
    } finally {
      await reader.return?.();
    }
  }

  async #addFile(key: string): Promise<void> {
    const content = await this.storage.get(key);
    if (content) {
      this.#files += 1;
      // Images and videos are compressed already.
      await this.#add(`files/${key}`, content.stream, false);
    } else if (this.#missing.length < mostMissing) this.#missing.push(key);
  }

  async #add(name: string, stream: Readable, compress: boolean): Promise<void> {
    try {
      const done = finished(stream, { signal: this.signal });
      this.#zip.addReadStream(stream, name, this.#options(compress));
      await done;
    } finally {
      stream.destroy();
    }
  }

  #options(compress: boolean) {
    return { compress, mtime: this.about.now, mode: 0o100_600 };
  }
}
