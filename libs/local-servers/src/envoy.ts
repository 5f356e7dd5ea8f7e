import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envoyProgram } from './envoy-program.js';
import { ServerProcess } from './server-process.js';

/** How an Envoy is run. */
export interface EnvoyOptions {
  /** Made when it does not exist. */
  readonly folder: string;
  /** Bootstrap configuration (envoy.config.bootstrap.v3.Bootstrap) as an object. */
  readonly bootstrap: object;
  /** The port of 127.0.0.1 that its listener has in the configuration. */
  readonly port: number;
  readonly logFile?: string;
}

/** An Envoy of its own; what is served and where to is in its configuration, and in the files that this names. */
export async function startEnvoy({ folder, bootstrap, port, logFile }: EnvoyOptions): Promise<ServerProcess> {
  const command = envoyProgram();
  if (!command) throw new Error('Envoy is not here yet');
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'bootstrap.json');
  writeFileSync(settings, JSON.stringify(bootstrap));
  return ServerProcess.start({
    name: 'envoy',
    url: `127.0.0.1:${port}`,
    port,
    command,
    args: ['--config-path', settings, '--disable-hot-restart', '--concurrency', '2', '--log-level', 'info'],
    ready: /starting workers/,
    saysTooEarly: true,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 30_000,
  });
}
