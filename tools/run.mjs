// Small helpers of the tools: run a command of this workspace on Node 24 with its output passed through or captured.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundledNode = join(root, 'node_modules/node/bin/node');

/** Node 24 from the npm package, so that tools behave the same under whatever Node the shell has. */
export const node = existsSync(bundledNode) ? bundledNode : process.execPath;
export const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, NX_TUI: 'false' };

/** Runs a command; answers { ok, output } with the output empty unless captured. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: options.capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    maxBuffer: 256 << 20,
  });
  return { ok: result.status === 0, output: options.capture ? `${result.stdout}${result.stderr}` : '' };
}
