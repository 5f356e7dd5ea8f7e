import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The real process that `npm start` runs, as its user sees it. */
export interface StandaloneProcess {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Sends a signal and answers the exit code once it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** A request with the admin key unless told otherwise. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A fresh data folder. */
export function temporaryDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'atelier-data-'));
}

/** Starts the built process (or `command`) and waits until it says that it is ready; rejects with its output when it ends before. */
export async function startStandaloneProcess(
  options: { dataDir?: string; env?: Record<string, string>; command?: readonly string[] } = {},
): Promise<StandaloneProcess> {
  const dataDir = options.dataDir ?? temporaryDataDir();
  const [program = process.execPath, ...args] = options.command ?? [
    process.execPath,
    join(root, 'apps/standalone/dist/main.js'),
  ];
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      SANDBOX_TIME_SCALE: '0.05',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000',
      RATE_LIMIT_REQUESTS_PER_HOUR: '100000',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /ready at (http:\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then((code) => reject(new StartFailed(code, output)));
  });
  const key = options.env?.['ADMIN_API_KEY'] ?? /Admin key\s+(\S+)/.exec(output)?.[1] ?? '';
  return {
    url,
    key,
    dataDir,
    child,
    output: () => output,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    request: (method, path, body, headers = {}) =>
      fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** The process ended before it was ready. */
export class StartFailed extends Error {
  readonly code: number | null;
  readonly output: string;

  constructor(code: number | null, output: string) {
    super(`ended with ${code}:\n${output}`);
    this.code = code;
    this.output = output;
  }
}

/** Events of a generation as server-sent events, until the stream ends. */
export async function generationEvents(
  process: StandaloneProcess,
  id: string,
  headers: Record<string, string> = {},
): Promise<{ id: string; event: string; data: Record<string, unknown> }[]> {
  const response = await process.request('GET', `/api/v1/generations/${id}/events`, undefined, headers);
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((block) => block.includes('data:'))
    .map((block) => {
      const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as Record<string, unknown> };
    });
}
