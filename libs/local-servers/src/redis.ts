import { mkdirSync } from 'node:fs';
import { freePort } from './free-port.js';
import type { ServerOptions } from './server-options.js';
import { ServerProcess } from './server-process.js';

/** A Redis of its own; `more` are arguments of redis-server. Without `durable` it forgets everything when it ends. */
export async function startRedis(
  { folder, port, logFile, durable = false }: ServerOptions,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true });
  const ownPort = String(await freePort(port));
  const keeping = durable ? ['--appendonly', 'yes'] : ['--save', '', '--appendonly', 'no'];
  return ServerProcess.start({
    name: 'redis',
    url: `redis://127.0.0.1:${ownPort}`,
    port: Number(ownPort),
    command: 'redis-server',
    args: ['--port', ownPort, '--bind', '127.0.0.1', '--dir', folder, ...keeping, ...more],
    ready: /Ready to accept connections/,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 30_000,
  });
}
