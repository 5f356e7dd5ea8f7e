import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CostRecorded, UsageEvent } from '@atelier/contracts/usage/v1';
import { createKafka, createUsageTopics, deadLetterTopic, KafkaUsageEventSink, usageTopic } from '@atelier/events';
import { type ServerProcess, serversAtHand, startKafka } from '@atelier/local-servers';
import { migrate } from '@atelier/persistence';
import { createLogger } from '@atelier/service-defaults';
import { openTestDatabase, type TestDatabase } from '@atelier/testing';
import type { Kafka } from 'kafkajs';
import { type Kysely, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { IngestUsageEvents } from '../src/domain/ingest-usage-events.js';
import { rollups } from '../src/domain/rollups.js';
import { analyticsSchema, migrations } from '../src/infra/migrations.js';
import { consumerGroup, UsageEventConsumer } from '../src/infra/kafka/usage-event-consumer.js';
import { SqlUsageStore } from '../src/infra/sql-usage-store.js';
import { replayDeadLetters } from '../src/replay/replay-dead-letters.js';

const here = serversAtHand().includes('kafka');
if (!here && process.env['CI'] === 'true') throw new Error('no Apache Kafka: with CI=true these tests must run');
if (!here) process.stderr.write('NOT RUN: usage events from Apache Kafka into the database.\n');

/** Starting a broker and joining a group take their time on a busy machine. */
const patienceMs = 120_000;
const logger = createLogger({ service: 'test', version: '1', level: 'silent' });
const call = (over: Partial<UsageEvent> = {}): UsageEvent =>
  UsageEvent.create({
    eventId: uuidv7(),
    occurTime: new Date(),
    userId: 'sarah',
    service: 'test',
    endpointCalled: { route: '/x', method: 'GET', status: 200, durationUs: 5 },
    ...over,
  });

(here ? describe : describe.skip)('usage events from Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-kafka-'));
  const consumers: UsageEventConsumer[] = [];
  let broker: ServerProcess;
  let kafka: Kafka;
  let sink: KafkaUsageEventSink;
  let opened: TestDatabase;
  let db: Kysely<unknown>;

  beforeAll(async () => {
    opened = await openTestDatabase();
    db = opened.database.kysely();
    await migrate(opened.database, analyticsSchema, migrations);
    broker = await startKafka({ folder });
    kafka = createKafka('test', { brokers: [broker.url], tls: false }, { warn: () => {} });
    await createUsageTopics(kafka, { partitions: 3, replicationFactor: 1 });
    sink = new KafkaUsageEventSink(kafka, { timeoutMs: 30_000 });
  }, patienceMs);
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((one) => one.stop()));
  }, patienceMs);
  afterAll(async () => {
    await sink?.close();
    await broker?.kill();
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  }, patienceMs);

  function consume(over: Partial<Pick<IngestUsageEvents, 'ingest'>> = {}): void {
    const ingest = new IngestUsageEvents(new SqlUsageStore(db, rollups), {
      now: () => new Date(),
      prompts: 'text',
      retentionDays: 0,
    });
    const consumer = new UsageEventConsumer(
      kafka,
      { ingest: over.ingest ?? ((events) => ingest.ingest(events)) },
      { partitions: 3, replicationFactor: 1, logger },
    );
    consumers.push(consumer);
    consumer.start();
  }
  /** Looks again and again: offsets are committed after what they stand for was stored, and nobody tells of it. */
  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise(setImmediate);
  }
  async function rowsOf(events: readonly UsageEvent[]): Promise<number> {
    const ids = events.map(({ eventId }) => eventId);
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from analytics.usage_events where event_id = any(${ids})`.execute(db);
    return rows[0]?.n ?? 0;
  }
  const callsCounted = async (route: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select coalesce(sum(calls), 0)::int as n from analytics.endpoint_analytics where grain = 'epoch' and route = ${route}`.execute(
      db,
    );
    return rows[0]?.n ?? 0;
  };
  async function lagOf(): Promise<number> {
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(usageTopic);
    const [group] = await admin.fetchOffsets({ groupId: consumerGroup, topics: [usageTopic] });
    await admin.disconnect();
    const at = new Map(group?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
    return ends.reduce((sum, { partition, high }) => sum + Number(high) - (at.get(partition) ?? 0), 0);
  }
  async function sendBytes(value: Buffer | null, headers: Record<string, string> = {}): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: usageTopic, messages: [{ value, headers }] });
    await producer.disconnect();
  }
  async function deadLetters(): Promise<{ reason: string; own: string; value: Buffer | null; offset: string }[]> {
    const found: { reason: string; own: string; value: Buffer | null; offset: string }[] = [];
    const admin = kafka.admin();
    await admin.connect();
    const [partition] = await admin.fetchTopicOffsets(deadLetterTopic);
    await admin.disconnect();
    const end = Number(partition?.high ?? 0);
    if (end === 0) return found;
    const reader = kafka.consumer({ groupId: `read-${uuidv7()}`, maxWaitTimeInMs: 100 });
    await reader.connect();
    await reader.subscribe({ topic: deadLetterTopic, fromBeginning: true });
    await new Promise<void>((resolve) => {
      void reader.run({
        eachMessage: async ({ message: { headers, value, offset } }) => {
          found.push({ reason: String(headers?.['dlq-reason']), own: String(headers?.['own']), value, offset });
          if (Number(offset) + 1 >= end) resolve();
        },
      });
    });
    await reader.disconnect();
    return found;
  }

  it(
    'counts each event once, however often and in whatever order it comes, over several consumers',
    async () => {
      consume();
      consume();
      const route = '/once';
      const events = Array.from({ length: 3_000 }, (_, index) =>
        call({ userId: `user-${index % 20}`, endpointCalled: { route, method: 'GET', status: 200, durationUs: 1 } }),
      );
      await sink.send(events);
      await sink.send(events.slice(0, 500).toReversed());
      await until(async () => (await rowsOf(events)) === events.length && (await lagOf()) === 0);
      expect(await callsCounted(route)).toBe(events.length);
    },
    patienceMs,
  );

  it(
    'hands partitions on when consumers come and go under way, and loses and doubles nothing',
    async () => {
      const route = '/rebalanced';
      const batch = (size: number): UsageEvent[] =>
        Array.from({ length: size }, (_, index) =>
          call({ userId: `user-${index % 20}`, endpointCalled: { route, method: 'GET', status: 200, durationUs: 1 } }),
        );
      const [first, second, third] = [batch(800), batch(800), batch(800)];
      consume();
      await sink.send(first);
      await until(async () => (await rowsOf(first)) > 0);
      consume();
      await sink.send(second);
      await until(async () => (await rowsOf(second)) > 0);
      await consumers.shift()?.stop();
      await sink.send(third);
      const all = [...first, ...second, ...third];
      await until(async () => (await rowsOf(all)) === all.length && (await lagOf()) === 0);
      expect(await callsCounted(route)).toBe(all.length);
    },
    patienceMs,
  );

  it(
    'takes a portion again that was stored and not committed, and counts nothing twice',
    async () => {
      const route = '/again';
      const events = Array.from({ length: 50 }, () =>
        call({ endpointCalled: { route, method: 'GET', status: 200, durationUs: 1 } }),
      );
      const store = new IngestUsageEvents(new SqlUsageStore(db, rollups), {
        now: () => new Date(),
        prompts: 'text',
        retentionDays: 0,
      });
      // Ends between the database's commit and Kafka's, as a killed process does.
      const stored = new Promise<void>((resolve) => {
        consume({
          ingest: async (all) => {
            await store.ingest(all);
            resolve();
            throw new Error('killed');
          },
        });
      });
      await sink.send(events);
      await stored;
      await Promise.all(consumers.splice(0).map((one) => one.stop()));
      expect(await lagOf()).toBeGreaterThan(0);
      consume();
      await until(async () => (await lagOf()) === 0);
      expect([await rowsOf(events), await callsCounted(route)]).toEqual([50, 50]);
    },
    patienceMs,
  );

  it(
    'puts what can not be counted among the dead letters, byte for byte, and counts the others',
    async () => {
      consume();
      const bytes = Buffer.from([0xff, 0x00, 0x9f, 0xff]);
      const good = call();
      const future = call({ occurTime: new Date(Date.now() + 3_600_000) });
      const negative = call({
        endpointCalled: undefined,
        costRecorded: CostRecorded.create({ provider: 'openai', kind: 'generation', amountMicros: -1 }),
      });
      const unknown = call({ endpointCalled: undefined });
      await sendBytes(bytes, { own: 'kept' });
      await sink.send([future, negative, unknown, good]);
      await until(async () => (await rowsOf([good])) === 1 && (await lagOf()) === 0);
      const letters = await deadLetters();
      expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
        'cost_recorded.amountMicros is negative or too large',
        'no payload',
        'occur_time is in the future',
        expect.stringContaining('no usage event'),
      ]);
      const broken = letters.find(({ own }) => own === 'kept');
      expect(broken?.value?.equals(bytes)).toBe(true);
      expect(await rowsOf([future, negative, unknown])).toBe(0);
    },
    patienceMs,
  );

  it(
    'replays dead letters once, when what kept them from being counted is mended',
    async () => {
      const env = { KAFKA_BROKERS: broker.url };
      const run = async (...args: string[]): Promise<{ code: number; out: string; report: string }> => {
        const [out, report]: string[][] = [[], []];
        const code = await replayDeadLetters({
          args,
          env,
          out: (text) => out?.push(text),
          report: (text) => report?.push(text),
        });
        return { code, out: (out ?? []).join(''), report: (report ?? []).join('') };
      };
      const mended = call({ endpointCalled: { route: '/mended', method: 'GET', status: 200, durationUs: 1 } });
      consume({
        ingest: async (events) => ({
          stored: 0,
          rejected: events.map(({ eventId }, index) => ({ index, eventId, service: '', problem: 'a fault of ours' })),
        }),
      });
      await sink.send([mended]);
      await until(async () => (await lagOf()) === 0);
      await Promise.all(consumers.splice(0).map((one) => one.stop()));

      const dry = await run('--dry-run', '--reason', 'a fault of ours');
      expect([dry.code, dry.report]).toEqual([0, '1 dead letter\n']);
      expect(JSON.parse(dry.out)).toMatchObject({ reason: 'a fault of ours', topic: usageTopic });

      consume();
      const first = await run('--reason', 'a fault of ours');
      expect([first.code, first.report]).toEqual([0, '1 dead letter replayed\n']);
      await until(async () => (await rowsOf([mended])) === 1);
      expect(await run('--reason', 'a fault of ours')).toMatchObject({ code: 0, report: '0 dead letters replayed\n' });
      expect(await run('--limit', '0')).toMatchObject({ code: 2 });
      expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--dry-run') });
    },
    patienceMs,
  );
});
