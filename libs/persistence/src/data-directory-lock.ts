import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Held until it is released or the process ends, however it ends. */
export interface DataDirectoryLock {
  /** Safe to call again. */
  release(): void;
}

/** Another process, or another part of this one, holds the directory. The message is one line for the operator. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';

  constructor(
    readonly directory: string,
    /** Process that holds it, if known. */
    readonly pid: number | undefined,
  ) {
    super(
      `${directory} is in use by ${pid ? `process ${pid}` : 'another process'}; stop it or choose another DATA_DIR`,
    );
  }
}

const sqliteBusy = 5;
/** A lock that nobody refers to would be closed, and so released, when memory is collected. */
const held = new Set<DatabaseSync>();

/**
 * Takes a directory for this process alone; makes it when missing, readable by its owner only (mode 700).
 * Throws `DataDirectoryInUseError` when it is taken.
 *
 * The lock is the operating system's own file lock, reached through SQLite since Node has no call for it: the kernel drops
 * it the moment its process is gone, so there is nothing stale to judge after a kill -9, no process id that may have been
 * given to another, and containers that share a volume see it. The pid in `lock.json` only serves the message.
 */
export function lockDataDirectory(dataDir: string): DataDirectoryLock {
  const directory = resolve(dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    chmodSync(directory, 0o700);
  } catch {
    // Somebody else's directory that we may write, such as a mounted volume: its mode is its owner's to choose.
  }
  const holder = join(directory, 'lock.json');
  const file = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    // Nothing is ever written: no journal to leave behind.
    file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== sqliteBusy)
      throw new Error(`cannot lock ${directory}`, { cause: error });
    throw new DataDirectoryInUseError(directory, readPid(holder));
  }
  held.add(file);
  writeFileSync(holder, JSON.stringify({ pid: process.pid }), { mode: 0o600 });
  return {
    release: () => {
      if (!held.delete(file)) return;
      rmSync(holder, { force: true });
      file.close();
    },
  };
}

function readPid(holder: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(holder, 'utf8')) as { pid?: unknown };
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    // Not written yet, or by something else: the lock itself is what counts.
    return undefined;
  }
}
