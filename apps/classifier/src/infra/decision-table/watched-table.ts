import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { DecisionTable, DecisionTableError, MAX_TABLE_BYTES } from '../../domain/decision-table.js';
import { readTableFile, type TableFile } from './read-table-file.js';

/** What a watched table is made with. */
export interface WatchedTableOptions {
  readonly path: string;
  /** Told of each table that is in force from now on. */
  readonly onReplaced: (table: DecisionTable) => void;
  /** Told once of each content that can't be used; the table before it stays in force. */
  readonly onRefused: (error: DecisionTableError) => void;
  readonly everyMs?: number;
  readonly read?: (path: string) => Promise<TableFile>;
  /** Calls again and again until the returned function is called. */
  readonly every?: (ms: number, run: () => void) => () => void;
}

const usualIntervalMs = 2_000;

/**
 * Takes over a decision table when its file changes. It looks at the content, at a fixed interval: that sees what
 * notifications of the file system miss, such as replaced files, swapped links of a ConfigMap and network volumes.
 * A content counts when two looks in a row found it, so that a file being written is not taken half.
 */
export class WatchedTable implements OnApplicationBootstrap, OnModuleDestroy {
  private judged: string;
  private seen: string;
  private looking = false;
  private stop: () => void = () => undefined;

  /** @param inForce digest of the content that the table in force was read from */
  constructor(
    inForce: string,
    private readonly options: WatchedTableOptions,
  ) {
    this.judged = inForce;
    this.seen = inForce;
  }

  onApplicationBootstrap(): void {
    const { every = repeat, everyMs = usualIntervalMs } = this.options;
    this.stop = every(everyMs, () => void this.look());
  }

  onModuleDestroy(): void {
    this.stop();
  }

  /** Looks once. One look at a time: a slow disk must not pile them up. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const { path, read = readTableFile } = this.options;
      const file = await read(path);
      const isSettled = file.digest === this.seen;
      this.seen = file.digest;
      if (!isSettled || file.digest === this.judged) return;
      this.judged = file.digest;
      this.judge(file);
    } finally {
      this.looking = false;
    }
  }

  private judge(file: TableFile): void {
    let table: DecisionTable;
    try {
      table = tableOf(file);
    } catch (error) {
      if (!(error instanceof DecisionTableError)) throw error;
      return this.options.onRefused(error);
    }
    this.options.onReplaced(table);
  }
}

/** @throws DecisionTableError for what can't be used */
export function tableOf(file: TableFile): DecisionTable {
  if (file.text !== undefined) return DecisionTable.parse(file.text);
  throw new DecisionTableError(
    file.problem === 'too_large'
      ? `The decision table is larger than ${MAX_TABLE_BYTES} bytes.`
      : "The file can't be read.",
  );
}

function repeat(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
}
