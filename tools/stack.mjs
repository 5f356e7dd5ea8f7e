// `npm run stack`: PostgreSQL, Redis and Apache Kafka on loopback, and every service as its own process that uses them.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  fetchKafkaJars,
  fetchS3Jars,
  installPackages,
  kafkaVersion,
  missingPackages,
  ServiceFleet,
  serversAtHand,
  startKafka,
  startPostgresql,
  startRedis,
  startS3,
} from '@atelier/local-servers';
import { root, run } from './run.mjs';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: join(root, '.stack') },
    port: { type: 'string', default: process.env.PORT ?? '3000' },
    'servers-only': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`npm run stack [-- --port 3000] [--data-dir .stack] [--servers-only]

Starts PostgreSQL, Redis and Apache Kafka on 127.0.0.1 without containers, then every service as its own process that uses
them. What is missing is installed first on Debian (apt-get; Kafka's jars by Maven), and said before.

--port          of the gateway (3000, or PORT)
--data-dir      data and logs (.stack); kept for the next start
--servers-only  PostgreSQL, Redis, Kafka and an S3 server alone, with the settings that \`npm test\` takes

Settings of the services come from the environment, as for npm start. Ctrl-C stops everything.`);
  process.exit(0);
}

const folder = resolve(values['data-dir']);
const logs = join(folder, 'logs');
const started = [];
let fleet;
let stopping;

function status(name, what, detail = '') {
  console.log(`${name.padEnd(22)}${what.padEnd(10)}${detail}`);
}

/** Services first, then what they stand on; a second signal does not wait. */
function stop(code) {
  stopping ??= (async () => {
    await fleet?.stop();
    for (const server of started.toReversed()) await server.stop();
    console.log('stopped');
    process.exit(code);
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (stopping ? process.exit(1) : void stop(0)));

try {
  const servers = ['postgresql', 'redis', 'kafka', ...(values['servers-only'] ? ['s3'] : [])];
  const packages = missingPackages(servers);
  if (packages.length > 0) console.log(`Installing with apt-get: ${packages.join(' ')}`);
  installPackages(packages);
  if (!serversAtHand().includes('kafka')) console.log(`Fetching Apache Kafka ${kafkaVersion} with Maven (44 MB, once)`);
  fetchKafkaJars();
  if (servers.includes('s3')) fetchS3Jars();

  mkdirSync(logs, { recursive: true });
  const starts = {
    postgresql: [startPostgresql, 54_320],
    redis: [startRedis, 63_790],
    kafka: [startKafka, 19_092],
    s3: [startS3, 19_090],
  };
  const urls = {};
  for (const name of servers) {
    const [start, port] = starts[name];
    const logFile = join(logs, `${name}.log`);
    const server = await start({ folder: join(folder, name), port, logFile, durable: true });
    started.push(server);
    urls[name] = server.url;
    status(name, 'up', server.url);
  }
  if (values['servers-only']) {
    console.log(`\nexport TEST_DATABASE_URL=${urls.postgresql}\nexport TEST_REDIS_URL=${urls.redis}`);
    console.log(`export TEST_KAFKA_BROKERS=${urls.kafka}\nexport TEST_STORAGE_URL='${urls.s3}'\n\nCtrl-C stops them.`);
  } else {
    await startServices(urls);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function startServices(urls) {
  if (process.env.ATELIER_SKIP_BUILD !== '1') {
    console.log('Building');
    const built = run('nx', ['run-many', '-t', 'build', '--outputStyle=static'], { capture: true });
    if (!built.ok) throw new Error(`${built.output}\nThe build failed.`);
  }
  const adminKey = process.env.ADMIN_API_KEY ?? 'atelier-stack-administrator-key-for-loopback';
  fleet = await ServiceFleet.start({
    databaseUrl: urls.postgresql,
    dataDir: join(folder, 'data'),
    adminKey,
    ports: {
      gateway: Number(values.port),
      classifier: 50_051,
      'model-selector': 50_052,
      generation: 50_053,
      'playground-processor': 50_054,
      presets: 50_055,
      analytics: 50_056,
    },
    env: { REDIS_URL: urls.redis, KAFKA_BROKERS: urls.kafka, ...ownProviders() },
    logFolder: logs,
    onUp: (name, address) => status(name, 'up', address),
    onEnded: (name, code) => {
      status(name, 'ENDED', `with ${code}; its last words are in ${join(logs, `${name}.log`)}`);
      void stop(1);
    },
  });
  console.log(`
Atelier is ready at ${fleet.gatewayUrl}
API key             ${adminKey}
Logs                ${logs}
Ctrl-C stops everything.`);
}

/** Whoever has a key of a provider means the provider; the sandbox answers for the others. */
function ownProviders() {
  const names = {
    OPENAI_API_KEY: 'OPENAI_BASE_URL',
    REPLICATE_API_TOKEN: 'REPLICATE_BASE_URL',
    AI_API_KEY: 'AI_API_BASE',
  };
  const own = Object.entries(names).filter(([key]) => process.env[key]);
  // An empty setting is an unset one: the provider's official address.
  return Object.fromEntries(
    own.flatMap(([key, url]) => [
      [key, process.env[key]],
      [url, process.env[url] ?? ''],
    ]),
  );
}
