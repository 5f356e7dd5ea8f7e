// Time from a change of a generation to the clients that follow it, by server-sent events and by WebSocket.
//
//   node bench/progress.mjs [--followers 20] [--seconds 30] [--server postgres://…] [--root DIR]
//
// Starts `npm start`'s process on a fresh data folder (or, with --server, on a fresh database of that PostgreSQL), and the
// sandbox, at a twentieth of its time, as a process of its own: it renders. One WebSocket subscribes to every generation; --followers clients make one video after
// the other and follow each by server-sent events, so that each change is seen twice. A change bears the time at which the
// generation service decided on it, before its transaction began (`updated_at`, whole milliseconds); the clients take the time
// at which they have read it. So the figures hold the commit, NOTIFY, the read, the gRPC stream, the gateway and the client.
// What had happened before a client followed is left out. `end` has several changes in one transaction. Clients and server share the machine. Build first: npm run build.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { WebSocket } from 'ws';
import { node, root } from '../tools/run.mjs';

const { values } = parseArgs({
  options: {
    followers: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '30' },
    server: { type: 'string' },
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
const authorization = `Bearer ${key}`;
const base = '/api/v1/generations';
const dataDir = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
const database = values.server && `bench_progress_${process.pid}`;
if (database) await onServer(`create database ${database}`);
const sandbox = start('provider-sandbox', { SANDBOX_PORT: '0', SANDBOX_TIME_SCALE: '0.05' });
const sandboxUrl = await addressOf(sandbox, /"url":"(http:[^"]+)"/);
const server = start('standalone', {
  ...(database ? { DATABASE_URL: new URL(`/${database}`, values.server).href } : {}),
  PORT: '0',
  DATA_DIR: dataDir,
  ADMIN_API_KEY: key,
  LOG_LEVEL: 'warn',
  REPLICATE_API_TOKEN: 'sandbox',
  REPLICATE_BASE_URL: `${sandboxUrl}/replicate/v1`,
  PROVIDER_POLLS_PER_SECOND: '100',
  MAX_CONCURRENT_GENERATIONS: values.followers,
  MAX_CONCURRENT_GENERATIONS_PER_USER: values.followers,
  COST_LIMIT_PER_HOUR: '1000000',
  DAILY_BUDGET: '1000000',
  RATE_LIMIT_REQUESTS_PER_MINUTE: '100000000',
  RATE_LIMIT_REQUESTS_PER_HOUR: '1000000000',
});
const waits = new Map();
try {
  const url = await addressOf(server, /ready at (http:\S+)/);
  const socket = await openSocket(url);
  const until = Date.now() + Number(values.seconds) * 1_000;
  await Promise.all(Array.from({ length: Number(values.followers) }, () => follow(url, socket, until)));
  socket.close();
  console.log(`${values.followers} followers on ${database ? 'PostgreSQL' : 'the embedded database'}`);
  for (const [name, times] of [...waits].toSorted()) {
    times.sort((one, other) => one - other);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
    console.log(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms of ${times.length}`);
  }
} finally {
  for (const child of [server, sandbox]) {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  rmSync(dataDir, { recursive: true, force: true });
  if (database) await onServer(`drop database ${database} with (force)`);
}

async function follow(url, socket, until) {
  while (Date.now() < until) {
    const made = await fetch(`${url}${base}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'waves on a beach', workflow_type: 'text_to_video', cache: 'bypass' }),
    });
    const { id } = await made.json();
    if (made.status !== 202) throw new Error(`not accepted: ${made.status}`);
    socket.subscribe(id);
    const stream = await fetch(`${url}${base}/${id}/events`, { headers: { authorization } });
    const since = Date.now();
    let text = '';
    for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
      const now = Date.now();
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop();
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data) note('server-sent events', JSON.parse(data), since, now);
      }
    }
  }
}

async function openSocket(url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${base}/ws`, { headers: { authorization } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const followed = new Map();
  socket.on('message', (text) => {
    const now = Date.now();
    const message = JSON.parse(text);
    if (message.type === 'event') note('WebSocket', message.data, followed.get(message.id), now);
  });
  return {
    subscribe: (id) => {
      followed.set(id, Date.now() + 20);
      socket.send(JSON.stringify({ type: 'subscribe', id }));
    },
    close: () => socket.close(),
  };
}

function note(stream, { status, progress, updated_at }, since, now) {
  const changed = Date.parse(updated_at);
  if (changed <= since) return;
  const kind = status === 'running' ? (progress > 0 ? 'progress of the provider' : 'start') : 'end';
  const name = `${stream}, ${kind}`;
  waits.set(name, [...(waits.get(name) ?? []), now - changed]);
}

function start(app, env) {
  return spawn(node, [join(values.root, 'apps', app, 'dist/main.js')], {
    cwd: values.root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function addressOf(child, form) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text = (text + chunk).slice(-10_000);
      const found = form.exec(text);
      if (found) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`a server ended with ${code} before it was ready\n${text}`)));
  });
}

async function onServer(statement) {
  const client = new pg.Client({ connectionString: values.server });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
