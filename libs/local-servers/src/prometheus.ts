import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import type { ServerOptions } from './server-options.js';
import { ServerProcess } from './server-process.js';

/** A Prometheus of its own. `config` is its prometheus.yml as an object (JSON is YAML). */
export async function startPrometheus(
  { folder, port, logFile }: Omit<ServerOptions, 'durable'>,
  config: object,
): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'prometheus.yml');
  writeFileSync(settings, JSON.stringify(config));
  const own = await freePort(port);
  return ServerProcess.start({
    name: 'prometheus',
    url: `http://127.0.0.1:${own}`,
    port: own,
    command: 'prometheus',
    args: [
      `--config.file=${settings}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${own}`,
      '--query.lookback-delta=30s',
    ],
    ready: /Server is ready to receive web requests/,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 30_000,
  });
}
