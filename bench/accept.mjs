// Generations accepted per second (durable 202 over REST), worked off per second, and what 10,000 waiting ones take.
//
//   node bench/accept.mjs [--database embedded,postgres] [--batch 1,64] [--connections 1,32] [--seconds 10] [--rounds 2]
//                         [--queued 10000] [--places 10] [--users 20] [--model gpt-image-1.5] [--working] [--root DIR,DIR]
//
// For each database, batch size (ACCEPT_BATCH_SIZE; 1 = a transaction for each, as it was before they were grouped) and round:
// starts `npm start`'s process on a fresh folder and a fresh database, pauses the queue so that nothing competes, and posts
// distinct requests of --users users for one workflow and model (nothing to classify) for --seconds at each number of
// connections; every 202 is committed and flushed. Then it fills the queue up to --queued and looks at the memory of the server, resumes with a sandbox
// that answers at once (SANDBOX_TIME_SCALE=0) and sees for --seconds how many are worked off (--queued 0 leaves that out). At the end the ledger is recounted.
// The variants take turns, round by round; load, server and PostgreSQL share the machine, so compare figures of one run only.
// --root compares built checkouts; --working accepts while the queue is worked on, with --places generations at a time. PostgreSQL is a cluster of its own with default settings (needs initdb of Debian's package).
// Build first: npm run build.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { node, root } from '../tools/run.mjs';

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'embedded,postgres' },
    batch: { type: 'string', default: '1,64' },
    connections: { type: 'string', default: '1,32' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '2' },
    queued: { type: 'string', default: '10000' },
    places: { type: 'string', default: '10' },
    users: { type: 'string', default: '20' },
    model: { type: 'string', default: 'gpt-image-1.5' },
    working: { type: 'boolean', default: false },
    root: { type: 'string', default: root },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    readFileSync(new URL(import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('//'))
      .map((line) => line.slice(3))
      .join('\n'),
  );
  process.exit(0);
}

const key = 'benchmark-administrator-key-0123456789';
const seconds = Number(values.seconds);
const list = (text) => text.split(',');
const connections = list(values.connections).map(Number);
let requests = 0;

const results = new Map();
for (const database of list(values.database)) {
  const cluster = database === 'postgres' ? startCluster() : undefined;
  try {
    for (let round = 1; round <= Number(values.rounds); round += 1)
      for (const checkout of list(values.root))
        for (const batch of list(values.batch))
          await measure({ database, cluster, checkout: resolve(checkout), batch, round });
  } finally {
    cluster?.stop();
  }
}
report();

async function measure({ database, cluster, checkout, batch, round }) {
  const name = [database, ...(values.root === root ? [] : [checkout]), `batch ${batch}`].join(', ');
  const dataDir = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
  const databaseUrl = cluster?.makeDatabase();
  const server = startServer({ checkout, dataDir, databaseUrl, batch });
  const figures = results.get(name) ?? results.set(name, {}).get(name);
  const note = (what, value) => (figures[what] ??= []).push(value);
  try {
    const url = await addressOf(server);
    const canPause = !values.working && (await post(url, '/api/v1/admin/queue/pause')).ok;
    const keys = await makeKeys(url);
    await load(url, keys, 8, { duration: 3 });
    for (const count of connections) {
      const cpuBefore = [cpuMs(server.pid), cluster?.cpuMs() ?? 0];
      const result = await load(url, keys, count, { duration: seconds });
      const failed = result.non2xx + result.errors;
      const cpu = [cpuMs(server.pid), cluster?.cpuMs() ?? 0].map((ms, index) => ms - cpuBefore[index]);
      const each = cpu.map((ms) => (ms / Math.max(1, result['2xx'])).toFixed(1));
      note(`CPU ms each at c=${count}`, (cpu[0] + cpu[1]) / Math.max(1, result['2xx']));
      note(`accepted/s at c=${count}`, result.requests.average);
      console.log(
        `${name}, round ${round}, c=${count}: ${result.requests.average.toFixed(0)} accepted/s, p50 ${result.latency.p50} ms, ` +
          `p99 ${result.latency.p99} ms, ${failed} errors of ${result.requests.total}, ` +
          `CPU each ${each[0]} ms of the server${cluster ? ` and ${each[1]} ms of PostgreSQL` : ''}`,
      );
    }
    if (canPause && Number(values.queued) > 0) {
      const before = rssMb(server.pid);
      const waiting = await fill(url, keys, Number(values.queued));
      note('RSS MB with the queue filled', rssMb(server.pid));
      console.log(`${name}, round ${round}: RSS ${rssMb(server.pid)} MB with ${waiting} waiting (${before} MB before)`);
      const cpuBefore = cpuMs(server.pid) + (cluster?.cpuMs() ?? 0);
      const { rate, count } = await workOff(url);
      const each = (cpuMs(server.pid) + (cluster?.cpuMs() ?? 0) - cpuBefore) / Math.max(1, count);
      note('worked off/s', rate);
      console.log(
        `${name}, round ${round}: ${rate.toFixed(1)} worked off/s, CPU each ${each.toFixed(0)} ms (pictures included)`,
      );
    }
  } finally {
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
    console.log(`${name}, round ${round}: ${recount({ checkout, dataDir, databaseUrl })}`);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function load(url, keys, count, limit) {
  const setupRequest = (request) => {
    const { body, user } = nextRequest();
    const authorization = `Bearer ${keys[user % keys.length]}`;
    return { ...request, headers: { ...request.headers, authorization }, body: JSON.stringify(body) };
  };
  return autocannon({
    url: `${url}/api/v1/generations`,
    connections: count,
    ...limit,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: [{ setupRequest }],
  });
}

/** Keys of so many users. */
async function makeKeys(url) {
  const keys = [];
  for (let user = 0; user < Number(values.users); user += 1) {
    const made = await post(url, '/api/v1/admin/keys', { owner: `user-${user}`, scopes: ['generate', 'read'] });
    keys.push((await made.json()).key);
  }
  return keys;
}

function nextRequest() {
  requests += 1;
  const prompt = `a lighthouse on rock ${requests}`;
  return { user: requests, body: { prompt, workflow_type: 'image_generation', model_id: values.model } };
}

function post(url, path, body) {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
}

async function waitingAt(url) {
  const answer = await fetch(`${url}/api/v1/admin/queue`, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()).waiting;
}

async function fill(url, keys, target) {
  for (let missing = target - (await waitingAt(url)); missing > 0; missing = target - (await waitingAt(url)))
    await load(url, keys, Math.min(32, missing), { amount: missing });
  return waitingAt(url);
}

async function workOff(url) {
  const before = await waitingAt(url);
  await post(url, '/api/v1/admin/queue/resume');
  const startedAt = performance.now();
  let left = before;
  while (left > 0 && performance.now() - startedAt < seconds * 1000) {
    await sleep(250);
    left = await waitingAt(url);
  }
  const count = before - left;
  return { count, rate: (count * 1000) / (performance.now() - startedAt) };
}

function startServer({ checkout, dataDir, databaseUrl, batch }) {
  return spawn(node, ['--enable-source-maps', join(checkout, 'apps/standalone/dist/main.js')], {
    cwd: checkout,
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: dataDir,
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      ADMIN_API_KEY: key,
      LOG_LEVEL: 'error',
      SANDBOX_TIME_SCALE: '0',
      ACCEPT_BATCH_SIZE: batch,
      MAX_CONCURRENT_GENERATIONS: values.places,
      MAX_CONCURRENT_GENERATIONS_PER_USER: '1000',
      MAX_QUEUED_GENERATIONS: '1000000',
      MAX_QUEUED_GENERATIONS_PER_USER: '1000000',
      COST_LIMIT_PER_HOUR: '1000000',
      DAILY_BUDGET: '1000000',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000000',
      RATE_LIMIT_REQUESTS_PER_HOUR: '1000000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function addressOf(child) {
  return new Promise((found, failed) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const ready = /ready at (http:\S+)/.exec(text);
      if (ready) found(ready[1]);
    });
    child.once('exit', (code) => failed(new Error(`the server ended with ${code} before it was ready\n${text}`)));
  });
}

function recount({ checkout, dataDir, databaseUrl }) {
  const env = { ...process.env, DATA_DIR: dataDir, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) };
  return execFileSync(node, [join(checkout, 'apps/generation/dist/verify-ledger.js')], {
    cwd: checkout,
    env,
    encoding: 'utf8',
  }).trim();
}

/** A PostgreSQL cluster of its own on a free port, as .ci/run has one. */
function startCluster() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').toSorted() : [];
  const version = versions.at(-1);
  if (!version) throw new Error('there is no PostgreSQL server; use --database embedded');
  const bin = `/usr/lib/postgresql/${version}/bin`;
  const data = mkdtempSync(join(tmpdir(), 'atelier-bench-postgres-'));
  const port = execFileSync(
    node,
    ['-e', `const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})`],
    { encoding: 'utf8' },
  ).trim();
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const as = (command) =>
    isRoot ? execFileSync('su', ['postgres', '-s', '/bin/bash', '-c', command]) : execFileSync('bash', ['-c', command]);
  if (isRoot) {
    const id = (kind) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
    chownSync(data, id('-u'), id('-g'));
  }
  as(`${bin}/initdb -D ${data} -U postgres -A trust >/dev/null`);
  as(`${bin}/pg_ctl -D ${data} -w -l ${data}/log -o '-p ${port} -h 127.0.0.1 -k ${data}' start >/dev/null`);
  let databases = 0;
  return {
    makeDatabase() {
      databases += 1;
      as(`${bin}/createdb -h 127.0.0.1 -p ${port} -U postgres bench_${databases}`);
      return `postgres://postgres@127.0.0.1:${port}/bench_${databases}`;
    },
    cpuMs() {
      const postmaster = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0];
      const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && statOf(pid)?.[1] === postmaster);
      return [postmaster, ...children].reduce((sum, pid) => sum + cpuMs(pid), 0);
    },
    stop() {
      as(`${bin}/pg_ctl -D ${data} -m immediate stop >/dev/null`);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Processor time of a process in milliseconds, with its ended children. */
function cpuMs(pid) {
  const ticks = statOf(pid)?.slice(11, 15).map(Number) ?? [];
  return ticks.reduce((sum, count) => sum + count, 0) * 10;
}

/** Fields of /proc/PID/stat after the name; undefined when the process is gone. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in megabytes, where /proc has it. */
function rssMb(pid) {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** The means of all rounds, and how the variants of a database compare. */
function report() {
  console.log('\nmeans of all rounds, and the ratio to the first variant of the same database');
  for (const [name, figures] of results) {
    const [first] = [...results].find(([other]) => other.split(',')[0] === name.split(',')[0]);
    const parts = Object.entries(figures).map(([what, all]) => {
      const mean = meanOf(all);
      const base = results.get(first)[what];
      return `${what} ${mean.toFixed(0)}${base ? ` (×${(mean / meanOf(base)).toFixed(2)})` : ''}`;
    });
    console.log(`${name}: ${parts.join(', ')}`);
  }
}

function meanOf(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
