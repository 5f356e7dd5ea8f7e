import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { kafkaJars } from './kafka-jars.js';
import type { ServerOptions } from './server-options.js';
import { ServerProcess } from './server-process.js';

const log4j = fileURLToPath(new URL('../kafka/log4j2.properties', import.meta.url));

/**
 * An Apache Kafka broker of its own (KRaft: broker and controller in one), whose topics are made by its clients' hands only.
 * Its url is `127.0.0.1:port`, as KAFKA_BROKERS takes it.
 */
export async function startKafka(options: ServerOptions): Promise<ServerProcess> {
  try {
    return await startBroker(options);
  } catch (error) {
    // A port that was free a moment ago may be taken by now. Who names no port, as tests on fresh folders do, gets another one.
    if (options.port !== undefined) throw error;
    rmSync(join(options.folder, 'data'), { recursive: true, force: true });
    return startBroker(options);
  }
}

async function startBroker({ folder, port, logFile }: ServerOptions): Promise<ServerProcess> {
  const jars = kafkaJars();
  if (!jars) throw new Error('Apache Kafka is not here yet');
  mkdirSync(folder, { recursive: true });
  const broker = await freePort(port);
  const settings = join(folder, 'server.properties');
  // The controller keeps its port in its own data, so it stays the same for a folder that is used again.
  writeFileSync(settings, serverProperties(join(folder, 'data'), broker, await freePort(broker + 1)));
  const machine = ['-Xms128m', '-Xmx384m', '-XX:ActiveProcessorCount=2', `-Dlog4j2.configurationFile=${log4j}`];
  const java = [...machine, '-cp', join(jars, '*')];
  if (!existsSync(join(folder, 'data', 'meta.properties'))) {
    const id = randomBytes(16).toString('base64url');
    const args = [...java, 'kafka.tools.StorageTool', 'format', '--standalone', '--cluster-id', id];
    const made = spawnSync('java', [...args, '--config', settings], { encoding: 'utf8', timeout: 60_000 });
    if (made.status !== 0) throw new Error(`Kafka can't make its folder ${folder}\n${made.stdout}${made.stderr}`);
  }
  return ServerProcess.start({
    name: 'kafka',
    url: `127.0.0.1:${broker}`,
    port: broker,
    command: 'java',
    args: [...java, 'kafka.Kafka', settings],
    ready: /Kafka Server started/,
    ...(logFile === undefined ? {} : { logFile }),
    startTimeoutMs: 90_000,
  });
}

/** Small figures: it shares a developer's machine with everything else. */
function serverProperties(data: string, broker: number, controller: number): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // How long a broker that was killed counts as alive, and keeps its next start waiting.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': false,
    'log.segment.bytes': 16 * 1024 * 1024,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
