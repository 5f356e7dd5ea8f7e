import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { UsageEvent } from '@atelier/contracts/usage/v1';

/** Where events wait, and how many may. */
export interface UsageEventSpoolOptions {
  readonly folder: string;
  /** Whose events; several processes of a service have a file each. */
  readonly service: string;
  /** Beyond it the oldest are dropped and counted. */
  readonly maxBytes: number;
  /** What waited longer is dropped and counted. */
  readonly maxAgeMs: number;
  readonly onDropped: (events: number, why: 'full' | 'too_old' | 'damaged') => void;
  readonly nowMs?: () => number;
}

/** Events in the order in which they came. */
export interface SpooledBatch {
  readonly sequence: number;
  readonly events: readonly UsageEvent[];
}

interface Row {
  readonly sequence: number;
  readonly count: number;
  readonly checksum: number;
  readonly events: Uint8Array;
}

const mostFiles = 64;
const sqliteBusy = 5;

/**
 * Usage events on disk, first in, first out, with a checksum for each batch: what was added survives the process. One file
 * for each process, locked by the system, so nobody reads another's; what a process left behind is taken over by the next
 * one of its service that starts here.
 */
export class UsageEventSpool {
  readonly #options: UsageEventSpoolOptions;
  readonly #file: DatabaseSync;
  readonly #nowMs: () => number;
  #bytes = 0;
  #events = 0;

  private constructor(options: UsageEventSpoolOptions, file: DatabaseSync) {
    this.#options = options;
    this.#file = file;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Makes the folder, takes the first free file, and what files without an owner hold. */
  static open(options: UsageEventSpoolOptions): UsageEventSpool {
    const { folder, service } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let number = 0; number < mostFiles; number += 1) {
      const file = openFile(join(folder, `${service}-${number}.spool`));
      if (!file) continue;
      const spool = new UsageEventSpool(options, file);
      spool.#adopt(number);
      spool.#recount();
      return spool;
    }
    throw new Error(`${folder} holds ${mostFiles} spools in use`);
  }

  /** True where some process left events behind, so that a spool has to be opened. */
  static isUsed({ folder, service }: Pick<UsageEventSpoolOptions, 'folder' | 'service'>): boolean {
    try {
      return readdirSync(folder).some((name) => isOf(name, service));
    } catch {
      return false;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Events that wait. */
  get size(): number {
    return this.#events;
  }

  /** Durable when it returns; the newest are kept when there are too many. */
  add(events: readonly UsageEvent[]): void {
    const content = encode(events);
    this.#file
      .prepare('insert into batches (added_ms, count, checksum, events) values (?, ?, ?, ?)')
      .run(this.#nowMs(), events.length, crc32(content), content);
    this.#bytes += content.length;
    this.#events += events.length;
    while (this.#bytes > this.#options.maxBytes && this.#events > events.length) this.#dropOldest('full');
  }

  /** The oldest batch that can be read; undefined when nothing waits. */
  first(): SpooledBatch | undefined {
    this.#dropOld();
    for (;;) {
      const row = this.#file
        .prepare('select sequence, count, checksum, events from batches order by sequence limit 1')
        .get() as Row | undefined;
      if (!row) return undefined;
      const events = crc32(row.events) === row.checksum ? decode(row.events) : undefined;
      if (events) return { sequence: row.sequence, events };
      this.#dropOldest('damaged');
    }
  }

  /** Forgets a batch that was delivered. */
  remove({ sequence }: SpooledBatch): void {
    const gone = this.#file
      .prepare('delete from batches where sequence = ? returning count, length(events) as bytes')
      .get(sequence) as { count: number; bytes: number } | undefined;
    this.#bytes -= gone?.bytes ?? 0;
    this.#events -= gone?.count ?? 0;
  }

  close(): void {
    this.#file.close();
  }

  #dropOld(): void {
    const before = this.#nowMs() - this.#options.maxAgeMs;
    const rows = this.#file
      .prepare('delete from batches where added_ms < ? returning count, length(events) as bytes')
      .all(before) as { count: number; bytes: number }[];
    for (const { count, bytes } of rows) this.#dropped(count, bytes, 'too_old');
  }

  #dropOldest(why: 'full' | 'damaged'): void {
    const gone = this.#file
      .prepare(
        'delete from batches where sequence = (select min(sequence) from batches) returning count, length(events) as bytes',
      )
      .get() as { count: number; bytes: number } | undefined;
    if (gone) this.#dropped(gone.count, gone.bytes, why);
    else [this.#bytes, this.#events] = [0, 0];
  }

  #dropped(count: number, bytes: number, why: 'full' | 'too_old' | 'damaged'): void {
    this.#bytes -= bytes;
    this.#events -= count;
    this.#options.onDropped(count, why);
  }

  /** Takes over what ended processes left behind, after what this file holds itself. */
  #adopt(own: number): void {
    const { folder, service } = this.#options;
    for (const name of readdirSync(folder).toSorted()) {
      if (!isOf(name, service) || name === `${service}-${own}.spool`) continue;
      const path = join(folder, name);
      const other = openFile(path);
      if (!other) continue;
      const rows = other.prepare('select added_ms, count, checksum, events from batches order by sequence').all();
      const insert = this.#file.prepare('insert into batches (added_ms, count, checksum, events) values (?, ?, ?, ?)');
      this.#file.exec('begin');
      for (const { added_ms: at, count, checksum, events } of rows)
        insert.run(at ?? 0, count ?? 0, checksum ?? 0, events ?? null);
      this.#file.exec('commit');
      other.close();
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
    }
  }

  #recount(): void {
    const { bytes, events } = this.#file
      .prepare('select coalesce(sum(length(events)), 0) as bytes, coalesce(sum(count), 0) as events from batches')
      .get() as { bytes: number; events: number };
    [this.#bytes, this.#events] = [bytes, events];
  }
}

function isOf(name: string, service: string): boolean {
  return name.startsWith(`${service}-`) && /^\d+\.spool$/.test(name.slice(service.length + 1));
}

/** Undefined when another process has it. */
function openFile(path: string): DatabaseSync | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // The exclusive lock is the system's: it goes with its process, however that ends. Without syncing each commit, what was
    // added survives the process, and a power cut may cost the newest.
    file.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      create table if not exists batches (
        sequence integer primary key autoincrement,
        added_ms integer not null,
        count integer not null,
        checksum integer not null,
        events blob not null
      )`);
    chmodSync(path, 0o600);
    return file;
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
}

/** Each event behind its length, four bytes little-endian. */
function encode(events: readonly UsageEvent[]): Buffer {
  return Buffer.concat(
    events.flatMap((event) => {
      const bytes = UsageEvent.encode(event).finish();
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

function decode(content: Uint8Array): UsageEvent[] | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const events: UsageEvent[] = [];
  try {
    for (let at = 0; at < bytes.length;) {
      const end = at + 4 + bytes.readUInt32LE(at);
      events.push(UsageEvent.decode(bytes.subarray(at + 4, end)));
      at = end;
    }
    return events;
  } catch {
    return undefined;
  }
}
