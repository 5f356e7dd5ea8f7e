import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { generationEvents, root, type StandaloneProcess, startStandaloneProcess } from './standalone-process.js';

const server = process.env['TEST_DATABASE_URL'];
if (!server) process.stderr.write('NOT RUN: back-up and restore of PostgreSQL. Set TEST_DATABASE_URL to run it.\n');
const adminKey = 'a-key-that-is-the-same-before-and-after-it';
const folder = (): string => join(mkdtempSync(join(tmpdir(), 'atelier-backup-')), 'new');

/** What the person at the terminal gets. */
function backup(command: 'make' | 'restore', to: string, env: Record<string, string>) {
  const args = [join(root, 'tools/backup.mjs'), command, to];
  const ran = spawnSync(process.execPath, args, { cwd: tmpdir(), env: { ...process.env, ...env }, encoding: 'utf8' });
  return { code: ran.status, said: `${ran.stdout}${ran.stderr}`.trim() };
}
async function made(atelier: StandaloneProcess, prompt: string): Promise<string> {
  const answer = await atelier.request('POST', '/api/v1/generations', { prompt, workflow_type: 'image_generation' });
  const { id } = (await answer.json()) as { id: string };
  await generationEvents(atelier, id);
  return id;
}
/** Status of a generation and the SHA-256 and size of its first file, fetched. */
async function found(atelier: StandaloneProcess, id: string) {
  const answer = await atelier.request('GET', `/api/v1/generations/${id}`);
  if (answer.status !== 200) return answer.status;
  const { status, outputs } = (await answer.json()) as { status: string; outputs: { url: string; sha256: string }[] };
  const file = await fetch(new URL(outputs[0]?.url ?? '', atelier.url));
  return { status, sha256: outputs[0]?.sha256, bytes: (await file.arrayBuffer()).byteLength };
}
const queue = async (atelier: StandaloneProcess) => (await atelier.request('GET', '/api/v1/admin/queue')).json();

(server ? it : it.skip)(
  'a back-up of PostgreSQL, made while everything runs, brings back what was there then',
  async () => {
    const [before, after] = [await databaseOn(server ?? ''), await databaseOn(server ?? '')];
    const env = { DATABASE_URL: before.url, ADMIN_API_KEY: adminKey };
    const atelier = await startStandaloneProcess({ env });
    const here = folder();
    let restored: StandaloneProcess | undefined;
    try {
      const kept = await made(atelier, 'a lighthouse that is kept');
      const asItWas = await found(atelier, kept);
      expect(asItWas).toMatchObject({ status: 'succeeded', bytes: expect.any(Number) });
      const files = join(atelier.dataDir, 'files');
      writeFileSync(join(files, '.unfinished', 'half'), 'half a file');
      // In the list and not to be found: as a file that is deleted in between.
      symlinkSync(
        join(files, 'gone'),
        join(files, readdirSync(files).find((name) => name !== '.unfinished') ?? '', 'a.png'),
      );
      expect(backup('make', here, { ...env, DATA_DIR: atelier.dataDir })).toMatchObject({ code: 0 });
      expect(readdirSync(join(here, 'data')).filter((name) => name === 'spool')).toEqual([]);
      expect(readdirSync(join(here, 'data/files'))).not.toContain('.unfinished');
      expect(statSync(here).mode & 0o077).toBe(0);
      const later = await made(atelier, 'a boat that comes later');
      await atelier.stop();

      const there = { DATABASE_URL: after.url, ADMIN_API_KEY: adminKey, DATA_DIR: folder() };
      const said = backup('restore', here, there);
      expect(said).toMatchObject({ code: 0, said: expect.stringContaining('The queue is paused, 0 generations wait') });
      expect(backup('restore', here, { ...there, DATA_DIR: folder() })).toEqual({
        code: 1,
        said: 'the database has the schema analytics already; restore into an empty one',
      });
      restored = await startStandaloneProcess({ env: there, dataDir: there.DATA_DIR });
      expect(await found(restored, kept)).toEqual(asItWas);
      expect(await found(restored, later)).toBe(404);
      expect(await queue(restored)).toMatchObject({ paused: [{ provider: null, paused_by: 'restore' }] });
      const ledger = spawnSync(process.execPath, [join(root, 'apps/generation/dist/verify-ledger.js')], {
        env: { ...process.env, ...there },
        encoding: 'utf8',
      });
      expect(ledger.stdout).toContain('the ledger balances');
    } finally {
      await Promise.all([atelier.stop(), restored?.stop()]);
      await Promise.all([before.drop(), after.drop()]);
    }
  },
);

it('a back-up of the embedded database is refused while it is used, and brings everything back afterwards', async () => {
  const atelier = await startStandaloneProcess({ env: { ADMIN_API_KEY: adminKey } });
  const env = { DATABASE_URL: '', DATA_DIR: atelier.dataDir };
  const here = folder();
  const kept = await made(atelier, 'a lighthouse that is kept');
  const asItWas = await found(atelier, kept);
  const inUse = backup('make', here, env);
  expect(inUse).toMatchObject({ code: 1, said: expect.stringContaining('is in use by process') });
  expect(readdirSync(join(here, '..'))).toEqual([]);
  await atelier.stop();
  mkdirSync(`${here}.unfinished`);
  expect(backup('make', here, env)).toEqual({
    code: 1,
    said: expect.stringContaining('a back-up is under way or was interrupted'),
  });
  rmdirSync(`${here}.unfinished`);
  mkdirSync(join(atelier.dataDir, 'spool'), { recursive: true });
  writeFileSync(join(atelier.dataDir, 'spool', 'waiting'), 'an event');
  expect(backup('make', here, env)).toMatchObject({ code: 0 });
  expect(existsSync(join(here, 'data/spool/waiting'))).toBe(true);
  expect(backup('make', here, env).said).toContain('is there already; name a new folder');

  expect(backup('restore', here, env).said).toContain('is not empty; restore into an empty DATA_DIR');
  const dataDir = folder();
  expect(backup('restore', here, { ...env, DATA_DIR: dataDir })).toMatchObject({ code: 0 });
  const restored = await startStandaloneProcess({ dataDir, env: { ADMIN_API_KEY: adminKey } });
  try {
    expect(await found(restored, kept)).toEqual(asItWas);
  } finally {
    await restored.stop();
  }

  appendFileSync(join(here, 'data/files-secret'), 'x');
  expect(backup('restore', here, { ...env, DATA_DIR: folder() })).toEqual({
    code: 1,
    said: 'the back-up is damaged: data/files-secret is missing or not what was written',
  });
  expect(backup('restore', folder(), env)).toMatchObject({ code: 1, said: expect.stringContaining('is no back-up') });
});

async function databaseOn(where: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `back-up ${process.pid}_${Date.now()}_${Math.floor(Math.random() * 1e6)}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: where });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database "${name}"`);
  const url = new URL(`/${encodeURIComponent(name)}`, where).href;
  return { url, drop: () => run(`drop database "${name}" with (force)`) };
}
