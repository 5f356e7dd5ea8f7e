// Usage events from a producer through Kafka into committed rows: events per second, delay, and what publishing costs.
//
//   node bench/usage-events.mjs [--events 200000] [--rate 1000] [--seconds 10]
//
// Starts Apache Kafka, PostgreSQL (default settings) and analytics as its own process. 1: publishes --events to the buffer that a
// request publishes to, with a sink that takes no time, and tells the processor time of each. 2: sends --events in batches of
// 500 as services do, as fast as Kafka takes them, and counts until the last one is in a rollup, whose transaction also
// holds its row. 3: publishes at --rate for --seconds and tells the time from an event's birth to the start of the
// transaction that stored it. At the end rows and rollups are counted and compared. Everything shares the machine.
// Build first: npm run build.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { freePort, startKafka, startPostgresql } from '../libs/local-servers/dist/index.js';
import { node, root } from '../tools/run.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  const lines = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  console.log(
    lines
      .filter((line) => line.startsWith('//'))
      .map((line) => line.slice(3))
      .join('\n'),
  );
  process.exit(0);
}
const { BufferedUsageEvents, createKafka, createUsageEvent, createUsageTopics, KafkaUsageEventSink } =
  await import('../libs/events/dist/index.js');
const { PlanCompleted } = await import('../libs/contracts/dist/gen/entry/usage/v1.js');
const total = Number(values.events);
const folder = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
chmodSync(folder, 0o711);
const started = [];
try {
  measurePublishing();
  const postgres = await startPostgresql({ folder: join(folder, 'postgresql') });
  started.push(postgres);
  const kafkaServer = await startKafka({ folder: join(folder, 'kafka') });
  started.push(kafkaServer);
  const kafka = createKafka('bench', { brokers: [kafkaServer.url], tls: false }, { warn: console.warn });
  await createUsageTopics(kafka, { partitions: 6, replicationFactor: 1 });
  const analytics = await startAnalytics(postgres.url, kafkaServer.url);
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  const sink = new KafkaUsageEventSink(kafka, { timeoutMs: 60_000 });
  await measureThroughput(sink, database);
  await measureDelay(sink, database);
  await compare(database);
  await sink.close();
  await database.end();
  analytics.kill('SIGTERM');
  await new Promise((resolve) => analytics.once('exit', resolve));
} finally {
  for (const server of started.toReversed()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function payload(index) {
  const userId = `user-${index % 500}`;
  const kind = index % 20;
  if (kind < 12)
    return [
      {
        endpointCalled: {
          route: `/api/v1/route-${index % 12}`,
          method: 'GET',
          status: 200,
          durationUs: 900 + (index % 7_000),
        },
      },
      userId,
    ];
  if (kind < 19)
    return [
      {
        planCompleted: {
          prompt: `a lighthouse at dusk, number ${index}`,
          workflow: 1 + (index % 9),
          confidence: 0.9,
          source: 'local',
          classificationUs: 120,
          totalUs: 1_500,
          modelId: 'black-forest-labs/flux-1.1-pro',
          provider: 'replicate',
        },
      },
      userId,
    ];
  return [
    {
      costRecorded: {
        generationId: '',
        kind: 'generation',
        provider: 'replicate',
        modelId: 'black-forest-labs/flux-1.1-pro',
        workflow: 1,
        amountMicros: 40_000,
        inputTokens: 0,
        outputTokens: 0,
      },
    },
    userId,
  ];
}

/** As the contract has it, with every field that was left out. */
function event(index) {
  const [what, userId] = payload(index);
  return createUsageEvent({ service: 'bench', version: '1' }, complete(what), { userId });
}

function complete(what) {
  if (!what.planCompleted) return what;
  return { planCompleted: PlanCompleted.create(what.planCompleted) };
}

function measurePublishing() {
  const events = new BufferedUsageEvents({
    service: 'bench',
    version: '1',
    sink: { send: async () => {} },
    capacity: total,
  });
  const what = Array.from({ length: 2_000 }, (_, index) => payload(index)).map(([one, userId]) => [
    complete(one),
    userId,
  ]);
  for (let index = 0; index < 20_000; index += 1)
    events.publish(what[index % 2_000][0], { userId: what[index % 2_000][1] });
  const before = process.cpuUsage();
  const times = new Float64Array(total);
  for (let index = 0; index < total; index += 1) {
    const [one, userId] = what[index % 2_000];
    const from = performance.now();
    events.publish(one, { userId });
    times[index] = performance.now() - from;
  }
  const { user, system } = process.cpuUsage(before);
  times.sort();
  const us = (share) => (times[Math.floor(share * (total - 1))] * 1_000).toFixed(2);
  console.log(
    `publish: ${((user + system) / total).toFixed(2)} µs of processor each, p50 ${us(0.5)} µs, p99 ${us(0.99)} µs`,
  );
}

async function measureThroughput(sink, database) {
  const batches = [];
  for (let from = 0; from < total; from += 500)
    batches.push(Array.from({ length: Math.min(500, total - from) }, (_, index) => event(from + index)));
  await counted(database);
  const from = performance.now();
  let sent = 0;
  for (const batch of batches) {
    await sink.send(batch);
    sent += batch.length;
  }
  const sentMs = performance.now() - from;
  while ((await counted(database)) < sent) await sleep(20);
  const ms = performance.now() - from;
  console.log(
    `throughput: ${total} events, sent in ${(sentMs / 1_000).toFixed(1)} s, committed in ${(ms / 1_000).toFixed(1)} s: ${Math.round(total / (ms / 1_000))} events/s`,
  );
}

async function measureDelay(sink, database) {
  const events = new BufferedUsageEvents({ service: 'bench-delay', version: '1', sink });
  const rate = Number(values.rate);
  const ends = performance.now() + Number(values.seconds) * 1_000;
  let published = 0;
  const from = performance.now();
  while (performance.now() < ends) {
    const due = ((performance.now() - from) / 1_000) * rate;
    for (; published < due; published += 1) {
      const [what, userId] = payload(published);
      events.publish(complete(what), { userId });
    }
    await sleep(5);
  }
  const rows = async () =>
    (await database.query("select count(*)::int as n from analytics.usage_events where service = 'bench-delay'"))
      .rows[0].n;
  while ((await rows()) < published) await sleep(50);
  const {
    rows: [delay],
  } = await database.query(`
    select percentile_cont(array[0.5, 0.99]) within group (order by extract(epoch from received_at - occurred_at) * 1000) as ms
    from analytics.usage_events where service = 'bench-delay'`);
  await events.close();
  console.log(
    `delay at ${rate}/s: p50 ${delay.ms[0].toFixed(0)} ms, p99 ${delay.ms[1].toFixed(0)} ms (${published} events)`,
  );
}

async function compare(database) {
  const { rows } = await database.query(`
    select (select count(*) from analytics.usage_events where type = 'endpoint_called')::int as rows,
      (select sum(calls) from analytics.endpoint_analytics where grain = 'epoch')::int as calls`);
  console.log(
    `rows ${rows[0].rows}, rollup ${rows[0].calls}: ${rows[0].rows === rows[0].calls ? 'equal' : 'DIFFERENT'}`,
  );
}

/** Events in rollups; cheaper to ask for than the rows, and written with them. */
async function counted(database) {
  const { rows } = await database.query(`
    select coalesce((select sum(calls) from analytics.endpoint_analytics where grain = 'epoch'), 0)::int
      + coalesce((select sum(requests) from analytics.intent_analytics where grain = 'epoch'), 0)::int
      + coalesce((select sum(payments) from analytics.cost_analytics where grain = 'epoch'), 0)::int as n`);
  return rows[0].n;
}

async function startAnalytics(databaseUrl, brokers) {
  const child = spawn(node, [join(root, 'apps/analytics/dist/main.js')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: brokers,
      IDENTITY_SECRET: 'one-secret-for-all-services-of-a-bench',
      GRPC_PORT: String(await freePort()),
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const text = String(chunk);
      if (text.includes('"msg":"serving"')) resolve();
      for (const line of text.split('\n')) if (/"level":(40|50)/.test(line)) console.error(line);
    });
    child.once('exit', (code) => reject(new Error(`analytics ended with ${code}`)));
  });
  return child;
}
