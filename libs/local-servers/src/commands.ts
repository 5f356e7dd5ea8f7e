import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** True where a program of this name is on the PATH. */
export function hasCommand(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0" >/dev/null', name]).status === 0;
}

const debianFolder = '/usr/lib/postgresql';

/** Folder of PostgreSQL's server programs: Debian keeps them off the PATH. Undefined where there are none. */
export function postgresqlPrograms(): string | undefined {
  const newest = namesIn(debianFolder)
    .toSorted((one, other) => Number(one) - Number(other))
    .at(-1);
  if (newest !== undefined && namesIn(join(debianFolder, newest, 'bin')).includes('initdb'))
    return join(debianFolder, newest, 'bin');
  const configured = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folder = configured.status === 0 ? configured.stdout.trim() : '';
  return namesIn(folder).includes('initdb') ? folder : undefined;
}

/** Account that PostgreSQL runs as where the caller is root, which it refuses. */
export function postgresAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function namesIn(folder: string): string[] {
  try {
    return folder === '' ? [] : readdirSync(folder);
  } catch {
    return [];
  }
}
