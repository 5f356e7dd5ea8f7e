import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, startStandaloneProcess, StartFailed, temporaryDataDir } from './standalone-process.js';

const stopWithinMs = 10_000;

/** Processes whose parent was `pid`, where /proc can tell. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = / \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/\(.*\)/, ''))?.[1];
        return Number(parent) === pid ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('prints address, admin key and sandbox at the first start, and the key never again', async () => {
  const first = await startStandaloneProcess();
  expect(first.output()).toMatch(/ready at http:\/\/127\.0\.0\.1:\d+/);
  expect(first.key).toMatch(/^atl_[a-z0-9]+_\S{32,}$/);
  expect(first.output()).toContain('sandbox');
  expect(statSync(join(first.dataDir, 'admin-key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(first.dataDir, 'admin-key'), 'utf8').trim()).toBe(first.key);
  expect(await first.stop()).toBe(0);

  const second = await startStandaloneProcess({ dataDir: first.dataDir });
  expect(second.output()).not.toContain('atl_');
  const response = await fetch(`${second.url}/api/v1/models`, { headers: { 'x-api-key': first.key } });
  expect(response.status).toBe(200);
  await second.stop();
});

it('refuses a second start on the same data folder in one clear line, and the first goes on', async () => {
  const first = await startStandaloneProcess();
  const second = await startStandaloneProcess({ dataDir: first.dataDir }).catch((error: unknown) => error);
  expect(second).toBeInstanceOf(StartFailed);
  const { output, code } = second as StartFailed;
  expect(code).toBe(1);
  expect(output.trim().split('\n')).toHaveLength(1);
  expect(output).toContain(first.dataDir);
  expect(output).toContain(String(first.child.pid));
  expect((await first.request('GET', '/health/ready')).status).toBe(200);
  await first.stop();
});

it('starts again at once after kill -9', async () => {
  const first = await startStandaloneProcess();
  await first.stop('SIGKILL');
  const second = await startStandaloneProcess({ dataDir: first.dataDir });
  expect((await fetch(`${second.url}/health/live`)).status).toBe(200);
  await second.stop();
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'stops everything within ten seconds of %s and leaves no child behind',
  async (signal) => {
    const running = await startStandaloneProcess({
      command: [process.execPath, join(root, 'tools/start.mjs'), 'standalone'],
      env: { ATELIER_SKIP_BUILD: '1' },
    });
    const children = childrenOf(running.child.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    const start = Date.now();
    await running.stop(signal);
    expect(Date.now() - start).toBeLessThan(stopWithinMs);
    expect(children.filter(isAlive)).toEqual([]);
  },
);

it('leaves no child behind when the launcher itself is killed', async () => {
  const running = await startStandaloneProcess({
    command: [process.execPath, join(root, 'tools/start.mjs'), 'standalone'],
    env: { ATELIER_SKIP_BUILD: '1' },
  });
  const children = childrenOf(running.child.pid ?? 0);
  await running.stop('SIGKILL');
  const deadline = Date.now() + stopWithinMs;
  while (children.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(children.filter(isAlive)).toEqual([]);
});

it('stops everything when npm itself is told to stop', async () => {
  const running = await startStandaloneProcess({ command: ['npm', 'start'], env: { ATELIER_SKIP_BUILD: '1' } });
  const started = descendantsOf(running.child.pid ?? 0);
  expect(started.length).toBeGreaterThan(1);
  await running.stop('SIGTERM');
  const deadline = Date.now() + stopWithinMs;
  while (started.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(started.filter(isAlive)).toEqual([]);
});

it('uses an ADMIN_API_KEY of the operator’s own and prints none', async () => {
  const running = await startStandaloneProcess({ env: { ADMIN_API_KEY: 'an-administrator-key-of-my-own-choosing' } });
  expect(running.output()).not.toContain('atl_');
  expect(running.output()).not.toContain('of-my-own-choosing');
  expect((await running.request('GET', '/api/monitoring/stats/system')).status).toBe(200);
  await running.stop();
});

it.each([
  [{ PORT: 'many' }, /PORT/],
  [{ ADMIN_API_KEY: 'short' }, /ADMIN_API_KEY/],
  [{ HOST: '0.0.0.0' }, /HOST|0\.0\.0\.0/],
  [{ COST_LIMIT_PER_HOUR: '-1' }, /COST_LIMIT_PER_HOUR/],
])('refuses %p in one line that names it', async (env, line) => {
  const failed = await startStandaloneProcess({ env: env as Record<string, string> }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(StartFailed);
  expect((failed as StartFailed).output.trim().split('\n')).toHaveLength(1);
  expect((failed as StartFailed).output).toMatch(line);
});

it('says which port is taken', async () => {
  const first = await startStandaloneProcess();
  const second = await startStandaloneProcess({
    dataDir: temporaryDataDir(),
    env: { PORT: new URL(first.url).port },
  }).catch((error: unknown) => error);
  expect((second as StartFailed).output).toContain(`port ${new URL(first.url).port}`);
  await first.stop();
});
