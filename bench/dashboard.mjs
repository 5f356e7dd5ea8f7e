// The dashboard over HTTP with ten million events in the database, and the other answers of /api/monitoring.
//
//   node bench/dashboard.mjs [--events 10000000] [--days 30] [--requests 300] [--compare 100000]
//
// Starts PostgreSQL (default settings) and every service as its own process. Makes --compare events and then up to --events over
// the last --days by SQL, with rollups counted from these rows, and each time asks every address --requests times, one after
// another, over one connection. Nothing is cached between a request and the database. Everything shares the machine.
// Build first: npm run build.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ServiceFleet, startPostgresql } from '../libs/local-servers/dist/index.js';
import { fillUsage } from './usage-rows.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    days: { type: 'string', default: '30' },
    requests: { type: 'string', default: '300' },
    compare: { type: 'string', default: '100000' },
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
const requests = Number(values.requests);
const adminKey = 'an-administrator-key-for-a-benchmark';
const paths = [
  '/health',
  '/dashboard',
  '/errors/recent',
  '/stats/system',
  '/stats/usage',
  '/stats/endpoints',
  '/stats/classification?window=1h',
  '/stats/classification?window=24h',
  '/stats/classification?window=7d',
  '/stats/costs?group_by=provider',
  '/stats/costs?group_by=user',
  '/stats/costs?group_by=day',
  '/stats/timeseries?metric=requests&window=24h',
  '/stats/timeseries?metric=response_time_p95&window=1h',
  '/stats/timeseries?metric=response_time_p95&window=30d',
];

const folder = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
chmodSync(folder, 0o711);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let postgres;
let fleet;
try {
  postgres = await startPostgresql({ folder: join(folder, 'postgresql') });
  fleet = await ServiceFleet.start({
    databaseUrl: postgres.url,
    dataDir: join(folder, 'data'),
    adminKey,
    env: { RATE_LIMIT_REQUESTS_PER_MINUTE: '1000000', RATE_LIMIT_REQUESTS_PER_HOUR: '1000000' },
  });
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  let stored = 0;
  for (const events of [Number(values.compare), Number(values.events)]) {
    if (events <= stored) continue;
    const from = performance.now();
    await fillUsage(database, { from: stored, to: events, days: Number(values.days) });
    stored = events;
    await tellSize(database, from);
    for (const path of paths) await measure(path);
  }
  await database.end();
} finally {
  agent.destroy();
  await fleet?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function tellSize(database, from) {
  const { rows } = await database.query(`
    select (select count(*) from analytics.usage_events)::int as events,
      (select sum(calls) from analytics.endpoint_analytics where grain = 'epoch')::int as calls,
      (select count(*) from analytics.usage_events where type = 'endpoint_called')::int as called,
      (select count(*) from analytics.endpoint_analytics)::int as rollup_rows,
      (select pg_size_pretty(sum(pg_total_relation_size(relid))) from pg_partition_tree('analytics.usage_events')) as size`);
  const [{ events, size, calls, called, rollup_rows: rollupRows }] = rows;
  const seconds = ((performance.now() - from) / 1_000).toFixed(0);
  console.log(
    `\n${events} events (${size}) made in ${seconds} s; calls in rows ${called}, in rollups ${calls}; ${rollupRows} rows of endpoints`,
  );
}

async function measure(path) {
  for (let index = 0; index < 20; index += 1) await ask(path);
  const times = [];
  for (let index = 0; index < requests; index += 1) times.push(await ask(path));
  times.sort((a, b) => a - b);
  const ms = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1).padStart(6);
  console.log(`${path.padEnd(56)} p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${ms(0.99)} ms`);
}

function ask(path) {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const options = { agent, headers: { authorization: `Bearer ${adminKey}` } };
    const sent = request(`${fleet.gatewayUrl}/api/monitoring${path}`, options, (answer) => {
      answer.on('data', () => {});
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - from);
        else reject(new Error(`${path} answers ${answer.statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}
