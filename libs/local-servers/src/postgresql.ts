import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresAccount, postgresqlPrograms } from './commands.js';
import { freePort } from './free-port.js';
import type { ServerOptions } from './server-options.js';
import { ServerProcess } from './server-process.js';

/**
 * A PostgreSQL of its own with the superuser `postgres` and no password, on loopback alone. What it is started on again
 * keeps its databases. `more` are settings, `name=value`.
 */
export async function startPostgresql(
  { folder, port, logFile, durable = true }: ServerOptions,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const programs = postgresqlPrograms();
  if (!programs) throw new Error('PostgreSQL is not installed');
  const account = postgresAccount();
  mkdirSync(folder, { recursive: true });
  if (account) chownSync(folder, account.uid, account.gid);
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    const args = ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    const made = spawnSync(join(programs, 'initdb'), args, { encoding: 'utf8', ...account });
    if (made.status !== 0) {
      const hint = account ? 'It runs as the account postgres, which must be able to reach that folder.\n' : '';
      throw new Error(`PostgreSQL can't make its folder ${folder}\n${hint}${made.stderr}`);
    }
  }
  const ownPort = await freePort(port);
  const settings = ['max_connections=300', ...(durable ? [] : ['fsync=off', 'full_page_writes=off']), ...more];
  return ServerProcess.start({
    name: 'postgresql',
    url: `postgres://postgres@127.0.0.1:${ownPort}/postgres`,
    port: ownPort,
    command: join(programs, 'postgres'),
    args: ['-D', folder, '-h', '127.0.0.1', '-p', String(ownPort), '-k', '', ...settings.flatMap((one) => ['-c', one])],
    ...(account ? { account } : {}),
    ready: /ready to accept connections/,
    formerSelf: /still in use|already in use/,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 60_000,
    // Smart would wait for clients; fast ends their sessions.
    stopSignal: 'SIGINT',
  });
}
