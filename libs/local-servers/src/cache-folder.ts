import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where programs are kept that no package of the system brings: the user's cache (XDG_CACHE_HOME). */
export function cacheFolder(name: string): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'atelier', name);
}
