import { Worker } from 'node:worker_threads';
import pg from 'pg';
import type {
  EngineMessage,
  EngineOptions,
  EngineRequest,
  EngineStats,
  WireError,
  WireResult,
} from './pglite-worker.js';
import { columnTypes, encodeParameter } from './wire-values.js';

/** The outcome of one statement. */
export interface StatementResult {
  /** First word of the command tag, for example `INSERT`. */
  readonly command: string;
  readonly rowCount: number;
  readonly rows: readonly Record<string, unknown>[];
}

/** What a request left behind: its results or its error, and whether the session is now inside a transaction. */
export type EngineOutcome = { readonly inTransaction: boolean } & (
  | { readonly results: readonly StatementResult[] }
  | { readonly error: Error }
);

/** A single PostgreSQL session that runs what it is given in the order it is given. */
export interface Engine {
  /** Never rejects for an error of PostgreSQL; rejects when the engine is gone. Without parameters `sql` may hold several statements. */
  run(sql: string, parameters: readonly unknown[]): Promise<EngineOutcome>;
}

interface Reply<Value> {
  resolve(value: Value): void;
  reject(error: Error): void;
}

type Asked<Request = EngineRequest> = Request extends EngineRequest ? Omit<Request, 'id'> : never;

// Node runs the TypeScript source of the thread as it is, so sources need no build.
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js',
  import.meta.url,
);

/** The main thread's end of the embedded database. Once the thread is gone, everything rejects with the reason. */
export class ThreadedEngine implements Engine {
  readonly #worker: Worker;
  readonly #replies = new Map<number, Reply<EngineMessage>>();
  #started: Reply<void> | undefined;
  #lastId = 0;
  #closing = false;
  #gone: Error | undefined;

  /** Hears every notification of the channels that the session listens to. */
  onNotification: (channel: string, payload: string) => void = () => {};
  /** Hears that the thread died by itself; nothing works any more. */
  onCrash: (reason: Error) => void = () => {};

  private constructor(options: EngineOptions) {
    this.#worker = new Worker(workerFile, {
      name: 'pglite',
      workerData: options,
      execArgv: [],
      resourceLimits: { stackSizeMb: 16 },
    });
    this.#worker.on('message', (message: EngineMessage) => this.#receive(message));
    this.#worker.on('error', (error) =>
      this.#end(new Error('the thread of the embedded database crashed', { cause: error })),
    );
    this.#worker.on('exit', () => this.#end(new Error('the embedded database is closed')));
  }

  /** Starts the thread and resolves when the database, made if missing, answers. */
  static async start(options: EngineOptions): Promise<ThreadedEngine> {
    const engine = new ThreadedEngine(options);
    await new Promise<void>((resolve, reject) => (engine.#started = { resolve, reject }));
    engine.#started = undefined;
    return engine;
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<EngineOutcome> {
    const message = await this.#ask({ kind: 'run', sql, parameters: parameters.map(encodeParameter) });
    if (message.kind === 'error')
      return { inTransaction: message.inTransaction, error: toDatabaseError(message.error) };
    if (message.kind !== 'result') throw unexpected(message);
    const { inTransaction, results } = message;
    try {
      return { inTransaction, results: results.map(toStatementResult) };
    } catch (error) {
      return { inTransaction, error: error as Error };
    }
  }

  /** Counters of the thread. */
  async stats(): Promise<EngineStats> {
    const message = await this.#ask({ kind: 'stats' });
    if (message.kind !== 'stats') throw unexpected(message);
    return message.stats;
  }

  /** Checkpoints and closes the database. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#ask({ kind: 'close' });
  }

  /** Ends the thread, whatever it is doing; as with a kill, what was committed is on disk. */
  async terminate(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }

  async #ask(request: Asked): Promise<EngineMessage> {
    if (this.#gone) throw this.#gone;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ ...request, id });
    });
  }

  #receive(message: EngineMessage): void {
    if (message.kind === 'ready') return this.#started?.resolve();
    if (message.kind === 'notification') return this.onNotification(message.channel, message.payload);
    if (message.kind === 'fatal') return this.#end(new Error(message.message));
    this.#replies.get(message.id)?.resolve(message);
    this.#replies.delete(message.id);
  }

  #end(reason: Error): void {
    if (this.#gone) return;
    this.#gone = reason;
    for (const { reject } of this.#replies.values()) reject(reason);
    this.#replies.clear();
    if (this.#started) this.#started.reject(reason);
    else if (!this.#closing) this.onCrash(reason);
  }
}

function toStatementResult({ command, rowCount, fields, rows }: WireResult): StatementResult {
  const columns = fields.map(({ name, dataTypeID }) => ({
    name,
    parse: columnTypes.getTypeParser(dataTypeID, 'text'),
  }));
  return {
    command,
    rowCount,
    rows: rows.map((values) =>
      Object.fromEntries(columns.map(({ name, parse }, index) => [name, toValue(values[index] ?? null, parse)])),
    ),
  };
}

function toValue(text: string | null, parse: (text: string) => unknown): unknown {
  return text === null ? null : parse(text);
}

/** The class that `pg` throws, with the same fields, so that callers need one check. */
function toDatabaseError({ message, ...fields }: WireError): Error {
  return fields.code
    ? Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields)
    : new Error(message);
}

function unexpected(message: EngineMessage): Error {
  return new Error(`unexpected answer of the embedded database: ${message.kind}`);
}
