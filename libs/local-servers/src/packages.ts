import { spawnSync } from 'node:child_process';
import { hasCommand, postgresqlPrograms } from './commands.js';
import { kafkaJars } from './kafka-jars.js';
import type { ServerName } from './server-process.js';

/** Debian packages that a server still needs on this machine. */
export function missingPackages(servers: readonly ServerName[]): string[] {
  const missing: string[] = [];
  if (servers.includes('postgresql') && !postgresqlPrograms()) missing.push('postgresql');
  if (servers.includes('redis') && !hasCommand('redis-server')) missing.push('redis-server');
  if (servers.includes('kafka')) {
    if (!hasCommand('java')) missing.push('default-jre-headless');
    if (!kafkaJars() && !hasCommand('mvn')) missing.push('maven');
  }
  return missing;
}

/** Servers that can be started as things are: nothing would have to be installed or fetched. */
export function serversAtHand(): ServerName[] {
  return (['postgresql', 'redis', 'kafka'] as const).filter(
    (server) => missingPackages([server]).length === 0 && (server !== 'kafka' || kafkaJars() !== undefined),
  );
}

/**
 * Installs Debian packages as root or with sudo that asks for nothing.
 * @throws Error in one line that says what to install, where that can't be done
 */
export function installPackages(packages: readonly string[]): void {
  if (packages.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const allowed = asRoot.length === 0 || spawnSync('sudo', ['-n', 'true']).status === 0;
  if (!hasCommand('apt-get') || !allowed)
    throw new Error(`Please install: ${packages.join(' ')} (Debian names; this account can't install them)`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): boolean => {
    const [command = 'apt-get', ...rest] = [...asRoot, 'apt-get', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: environment }).status === 0;
  };
  if (!apt('update', '-qq') || !apt('install', '-y', '-qq', '--no-install-recommends', ...packages))
    throw new Error(`apt-get could not install: ${packages.join(' ')}`);
}
