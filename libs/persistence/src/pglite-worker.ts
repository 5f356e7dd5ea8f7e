/**
 * The thread that owns the embedded PostgreSQL. Its queries are synchronous WebAssembly and its fsyncs block, so they
 * must not run on the event loop that serves requests. Self-contained, so that it runs built and from source alike.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type PGliteOptions, type Results } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What the thread is started with. Without a directory the database lives in memory. */
export interface EngineOptions {
  readonly directory?: string;
  readonly sharedBuffers: string;
}

/** Parameters as they go over the wire: text, bytes or NULL. */
export type WireParameter = string | Uint8Array | null;

/** What the thread is asked to do. `run` without parameters may hold several statements. */
export type EngineRequest = { readonly id: number } & (
  | { readonly kind: 'run'; readonly sql: string; readonly parameters: readonly WireParameter[] }
  | { readonly kind: 'stats' }
  | { readonly kind: 'close' }
);

/** The outcome of one statement; values are PostgreSQL's text form, as any driver gets them. */
export interface WireResult {
  readonly command: string;
  readonly rowCount: number;
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** The fields of a PostgreSQL error, or just a message when it did not come from PostgreSQL. */
export type WireError = { readonly message: string } & Readonly<Partial<Record<(typeof errorFields)[number], string>>>;

/** Counters since the start. */
export interface EngineStats {
  /** Calls of fsync that reached the operating system. */
  readonly fsyncs: number;
}

/** What the thread says. `inTransaction` is the state of the session after the request. */
export type EngineMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'notification'; readonly channel: string; readonly payload: string }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly inTransaction: boolean;
      readonly results: readonly WireResult[];
    }
  | { readonly kind: 'error'; readonly id: number; readonly inTransaction: boolean; readonly error: WireError }
  | { readonly kind: 'stats'; readonly id: number; readonly stats: EngineStats }
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'fatal'; readonly message: string };

const errorFields = [
  'severity', 'code', 'detail', 'hint', 'position', 'internalPosition', 'internalQuery', 'where',
  'schema', 'table', 'column', 'dataType', 'constraint', 'file', 'line', 'routine',
] as const; // prettier-ignore

const options = workerData as EngineOptions;
const port = parentPort;
if (!port) throw new Error('pglite-worker runs as a worker thread only');
const post = (message: EngineMessage): void => port.postMessage(message);

let fsyncs = 0;
/** The last lines PostgreSQL logged: the only explanation there is when it does not start. Later ones may quote data. */
const log: string[] = [];

/** Stops at once: after a failed fsync or an abort nothing more may be acknowledged. What was committed is on disk. */
function die(message: string): never {
  post({ kind: 'fatal', message });
  process.exit(1);
}

/** Stock PGlite ignores fsync; this file system passes it on. The data-sync variant cannot be routed, see `wal_sync_method`. */
class DurableNodeFS extends NodeFS {
  override async init(...[pg, moduleOptions]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, moduleOptions);
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [
          ...(emscriptenOpts.preRun ?? []),
          (module) => {
            const nodeFiles = module.NODEFS as unknown as {
              stream_ops: { fsync?: (stream: { nfd: number }) => number };
            };
            nodeFiles.stream_ops.fsync = ({ nfd }) => {
              try {
                fsyncSync(nfd);
              } catch (error) {
                die(`fsync failed: ${String(error)}`);
              }
              fsyncs += 1;
              return 0;
            };
          },
        ],
      },
    };
  }
}

function pgliteOptions(directory: string | undefined): PGliteOptions {
  const settings = {
    shared_buffers: options.sharedBuffers,
    timezone: 'UTC',
    // Within the stack that the thread was given, so that runaway recursion is an error and not a crash.
    max_stack_depth: '512kB',
    ...(directory ? { wal_sync_method: 'fsync' } : {}),
  };
  const startParams = [
    ...PGlite.defaultStartParams.filter((parameter) => !directory || parameter !== '-F'),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const onStderr = (line: string): boolean => {
    log.push(line);
    if (log.length > 20) log.shift();
    return false;
  };
  return directory ? { fs: new DurableNodeFS(directory), startParams, onStderr } : { startParams, onStderr };
}

function fsyncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a new cluster beside its final place and moves it there when it is complete and on disk, so a kill leaves no half. */
async function createCluster(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  await (await PGlite.create(pgliteOptions(unfinished))).close();
  for (const entry of readdirSync(unfinished, { recursive: true, withFileTypes: true }))
    fsyncPath(join(entry.parentPath, entry.name));
  fsyncPath(unfinished);
  renameSync(unfinished, directory);
  fsyncPath(join(directory, '..'));
}

/** How PostgreSQL's own errors leave its main loop (PGlite's POSTGRES_MAIN_LONGJMP, which is private). */
const postgresErrorStatus = 100;

/** PGlite swallows traps of WebAssembly and answers with nothing; after one the database cannot be trusted any more. */
function dieOnTraps(pglite: PGlite): void {
  /* oxlint-disable no-underscore-dangle -- the name of the exported function */
  const module = pglite.Module;
  const loop = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      loop();
    } catch (error) {
      if ((error as { status?: number }).status === postgresErrorStatus) throw error;
      die(`the embedded database crashed: ${String(error)}`);
    }
  };
}

async function start(): Promise<PGlite> {
  if (options.directory && !existsSync(options.directory)) await createCluster(options.directory);
  const pglite = await PGlite.create(pgliteOptions(options.directory));
  dieOnTraps(pglite);
  // Values travel as text both ways; the main thread encodes and decodes them with the same code as for PostgreSQL.
  const asIs = new Proxy({}, { get: () => (value: string) => value });
  pglite.parsers = asIs;
  pglite.serializers = asIs;
  pglite.onNotification((channel, payload) => post({ kind: 'notification', channel, payload }));
  return pglite;
}

type TextRows = Results<(string | null)[]>;

async function run(pglite: PGlite, sql: string, parameters: readonly WireParameter[]): Promise<WireResult[]> {
  const results = (
    parameters.length > 0
      ? [await pglite.query(sql, [...parameters], { rowMode: 'array' })]
      : await pglite.exec(sql, { rowMode: 'array' })
  ) as TextRows[];
  return results.map(({ command = '', rowCount = 0, fields, rows }) => ({ command, rowCount, fields, rows }));
}

function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error) };
  const source = error as Error & Record<string, unknown>;
  const fields = errorFields.flatMap((name) => (typeof source[name] === 'string' ? [[name, source[name]]] : []));
  return { message: error.message, ...Object.fromEntries(fields) };
}

/** One request after the other, in the order of arrival. */
function serve(pglite: PGlite): void {
  let last = Promise.resolve();
  port?.on('message', (request: EngineRequest) => {
    last = last.then(() => handle(pglite, request));
    last.catch((error: unknown) => die(`the embedded database failed: ${String(error)}`));
  });
}

async function handle(pglite: PGlite, request: EngineRequest): Promise<void> {
  const { id, kind } = request;
  if (kind === 'stats') return post({ kind, id, stats: { fsyncs } });
  if (kind === 'close') {
    // The last checkpoint makes the next start quick: nothing to replay.
    if (options.directory) await pglite.exec('CHECKPOINT');
    await pglite.close();
    post({ kind: 'closed', id });
    return port?.close();
  }
  try {
    const results = await run(pglite, request.sql, request.parameters);
    post({ kind: 'result', id, results, inTransaction: pglite.isInTransaction() });
  } catch (error) {
    post({ kind: 'error', id, error: toWireError(error), inTransaction: pglite.isInTransaction() });
  }
}

try {
  serve(await start());
  post({ kind: 'ready' });
} catch (error) {
  die(
    `the embedded database does not start: ${[error instanceof Error ? error.message : String(error), ...log].join('\n')}`,
  );
}
