import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_TABLE_BYTES } from '../../domain/decision-table.js';

/** What a path held at one moment: text, or why there is none. `digest` tells contents apart. */
export type TableFile =
  | { readonly digest: string; readonly text: string }
  | { readonly digest: string; readonly text: undefined; readonly problem: 'too_large' | 'unreadable' };

/** Reads a table of bounded size. Never throws: a file may be away for the moment in which it is replaced. */
export async function readTableFile(path: string): Promise<TableFile> {
  let file: FileHandle | undefined;
  try {
    // The path is followed anew each time, through any links: replaced files and swapped directories are seen.
    // Without waiting, because the path may name a pipe.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size, mtimeMs } = await file.stat().then((stat) => (stat.isFile() ? stat : Promise.reject(notAFile)));
    if (size > MAX_TABLE_BYTES) return { digest: `${size} bytes of ${mtimeMs}`, text: undefined, problem: 'too_large' };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    const bytes = buffer.subarray(0, bytesRead);
    return { digest: createHash('sha256').update(bytes).digest('hex'), text: bytes.toString('utf8') };
  } catch {
    return { digest: 'unreadable', text: undefined, problem: 'unreadable' };
  } finally {
    await file?.close().catch(() => undefined);
  }
}

const notAFile = new Error('not a file');
