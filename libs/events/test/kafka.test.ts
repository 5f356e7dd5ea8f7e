import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { type ServerProcess, serversAtHand, startKafka } from '@atelier/local-servers';
import type { Consumer, Kafka } from 'kafkajs';
import {
  createKafka,
  createUsageTopics,
  KafkaUsageEventSink,
  SpooledUsageEventSink,
  usageTopic,
} from '../src/index.js';

const here = serversAtHand().includes('kafka');
if (!here && process.env['CI'] === 'true') throw new Error('no Apache Kafka: with CI=true these tests must run');
if (!here) process.stderr.write('NOT RUN: delivery of usage events to Apache Kafka, and while it is away.\n');

/** Starting a broker and joining a group take their time on a busy machine. */
const patienceMs = 120_000;
const event = (requestId: string, userId = ''): UsageEvent =>
  UsageEvent.create({ eventId: `e-${requestId}`, requestId, userId, occurTime: new Date(1_700_000_000_000) });

(here ? describe : describe.skip)('delivery to Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-kafka-'));
  const warnings: string[] = [];
  const received: { requestId: string; key: string | undefined; partition: number }[] = [];
  const changed = new EventTarget();
  let broker: ServerProcess;
  let kafka: Kafka;
  let consumer: Consumer;
  const listen = (warning: Error): void => void warnings.push(warning.name);

  beforeAll(async () => {
    process.on('warning', listen);
    broker = await startKafka({ folder: join(folder, 'broker') });
    kafka = createKafka('test', { brokers: [broker.url], tls: false }, { warn: () => {} });
    await createUsageTopics(kafka, { partitions: 3, replicationFactor: 1 });
    // A member that lost its broker joins again when the group has given up its former self.
    const times = { sessionTimeout: 6_000, heartbeatInterval: 1_000, rebalanceTimeout: 6_000, maxWaitTimeInMs: 100 };
    consumer = kafka.consumer({ groupId: 'test', ...times, retry: { retries: 1_000 } });
    await consumer.connect();
    await consumer.subscribe({ topic: usageTopic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message, partition }) => {
        const { requestId } = UsageEvent.decode(message.value ?? Buffer.alloc(0));
        received.push({ requestId, key: message.key?.toString(), partition });
        changed.dispatchEvent(new Event('change'));
      },
    });
  }, patienceMs);
  afterAll(async () => {
    await consumer?.disconnect();
    await broker?.kill();
    process.off('warning', listen);
    rmSync(folder, { recursive: true, force: true });
  }, patienceMs);

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => changed.addEventListener('change', resolve, { once: true }));
  }
  const got = (requestId: string): boolean => received.some((one) => one.requestId === requestId);

  it('makes the topics once, and leaves them as they are', async () => {
    await createUsageTopics(kafka, { partitions: 9, replicationFactor: 1 });
    const admin = kafka.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [usageTopic] });
    await admin.disconnect();
    expect(topics[0]?.partitions).toHaveLength(3);
  });

  it(
    'brings each event once, those of a user in their order on one partition',
    async () => {
      const sink = new KafkaUsageEventSink(kafka, { timeoutMs: 30_000 });
      const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`);
      await sink.send(ids.slice(0, 10).map((id) => event(id, 'sarah')));
      await sink.send(ids.slice(10).map((id) => event(id, 'sarah')));
      await until(() => ids.every(got));
      const own = received.filter(({ key }) => key === 'sarah');
      expect(own.map(({ requestId }) => requestId)).toEqual(ids);
      expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      await sink.close();
      await expect(sink.send([event('late')])).rejects.toThrow('closed');
    },
    patienceMs,
  );

  it(
    'waits on disk while the broker is away, and follows in order when it is back',
    async () => {
      const told = new EventTarget();
      const sink = new SpooledUsageEventSink(new KafkaUsageEventSink(kafka, { timeoutMs: 2_000 }), {
        spool: { folder: join(folder, 'spool'), service: 'test', maxBytes: 1e6, maxAgeMs: 1e9, onDropped: () => {} },
        onBack: () => told.dispatchEvent(new Event('back')),
      });
      await sink.send([event('before', 'ann')]);
      await broker.kill();
      const back = new Promise((resolve) => told.addEventListener('back', resolve, { once: true }));
      for (const id of ['away-1', 'away-2', 'away-3']) await sink.send([event(id, 'ann')]);
      expect(sink.size).toBe(3);
      await broker.start();
      await back;
      await sink.send([event('after', 'ann')]);
      await until(() => got('after'));
      const order = received.filter(({ key }) => key === 'ann').map(({ requestId }) => requestId);
      // An unanswered batch may be there twice; the first of each keeps the order.
      expect([...new Set(order)]).toEqual(['before', 'away-1', 'away-2', 'away-3', 'after']);
      await sink.close();
    },
    patienceMs,
  );

  it('lets no timer run with a negative wait', () => {
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });
});
