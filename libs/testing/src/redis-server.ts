import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis of a test's own, to be killed and stopped at will. */
export interface TestRedisServer {
  readonly url: string;
  /** SIGKILL: connections break. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** True where `redis-server` is installed. With CI=true it must be. */
export function hasRedisServer(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found && process.env['CI'] === 'true') throw new Error('no redis-server: with CI=true these tests must run');
  if (!found) process.stderr.write('NOT RUN: what happens when Redis fails. Install redis-server to run it.\n');
  return found;
}

/** URL of the Redis that tests share, TEST_REDIS_URL. With CI=true there must be one. */
export function sharedRedisUrl(): string | undefined {
  const url = process.env['TEST_REDIS_URL'];
  if (!url && process.env['CI'] === 'true')
    throw new Error('no Redis: with CI=true these tests must run (TEST_REDIS_URL)');
  if (!url) process.stderr.write('NOT RUN: the tests on a real Redis. Set TEST_REDIS_URL=redis://… to run them.\n');
  return url;
}

/** Starts one on a free port, without files. `more` are arguments of redis-server. */
export async function startRedisServer(more: readonly string[] = []): Promise<TestRedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  let child = await launch([...settings, ...more]);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      child = await launch([...settings, ...more]);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server ended\n${output}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ready to accept connections')) resolve(child);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
