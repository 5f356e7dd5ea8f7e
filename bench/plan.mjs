// Plans per second of POST /api/v1/enhanced/process through every service, over real HTTP.
//
//   node bench/plan.mjs [--seconds 20] [--prompts 50000] [--repeats 0.3] [--url http://… --key …]
//
// Starts `npm start`'s process on a fresh data folder (or uses --url), sends distinct prompts of which 30 % were sent before,
// at c=1 and c=32, and prints requests/s, p50 and p99, errors, and the memory of the server. Load and server share the machine,
// so compare figures of one run only. Build first: npm run build.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { node, root } from '../tools/run.mjs';
import { distinctPrompts, promptStream } from './prompts.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    prompts: { type: 'string', default: '50000' },
    repeats: { type: 'string', default: '0.3' },
    connections: { type: 'string', default: '1,32' },
    url: { type: 'string' },
    key: { type: 'string' },
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

const key = values.key ?? 'benchmark-administrator-key-0123456789';
const dataDir = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
const server = values.url ? undefined : startServer();
const url = values.url ?? (await addressOf(server));
const prompts = distinctPrompts(Number(values.prompts));

try {
  const idle = server ? rssMb(server.pid) : undefined;
  await load(8, 5, 0);
  for (const connections of values.connections.split(',').map(Number)) {
    const { result, rss } = await load(connections, Number(values.seconds), connections);
    console.log(
      `c=${connections}: ${Math.round(result.requests.average)} req/s, p50 ${result.latency.p50} ms, p99 ${result.latency.p99} ms, ` +
        `max ${result.latency.max} ms, ${result.non2xx + result.errors} errors of ${result.requests.total}${rss ? `, RSS ${rss} MB` : ''}`,
    );
  }
  if (idle) console.log(`RSS idle after start: ${idle} MB`);
} finally {
  if (server) {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function load(connections, seconds, seed) {
  const stream = promptStream(prompts, Number(values.repeats), seed);
  const result = await autocannon({
    url: `${url}/api/v1/enhanced/process`,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    requests: [{ setupRequest: (request) => ({ ...request, body: JSON.stringify({ prompt: stream.next().value }) }) }],
  });
  return { result, rss: server ? rssMb(server.pid) : undefined };
}

function startServer() {
  return spawn(node, ['--enable-source-maps', join(root, 'apps/standalone/dist/main.js')], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: dataDir,
      ADMIN_API_KEY: key,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '100000000',
      RATE_LIMIT_REQUESTS_PER_HOUR: '1000000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function addressOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /ready at (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready\n${text}`)));
  });
}

/** Resident memory of a process in megabytes, where /proc has it. */
function rssMb(pid) {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return undefined;
  }
}
