import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a file that only this user may read. */
export async function writeSecret(dataDir: string, name: string, content: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, name);
  await writeFile(path, `${content}\n`, { mode: 0o600 });
  // The mode above counts only for a new file.
  await chmod(path, 0o600);
}

/** A random secret that is made at the first start and kept in the data folder. */
export async function keptSecret(dataDir: string, name: string): Promise<string> {
  const kept = await readFile(join(dataDir, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return kept.trim();
  const secret = randomBytes(32).toString('base64url');
  await writeSecret(dataDir, name, secret);
  return secret;
}
