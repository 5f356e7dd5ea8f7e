// `npm start`: builds what changed, then runs the standalone process on Node 24 and passes signals on to it.
// It handles signals itself because npm and shells differ in whether they forward them to children;
// the IPC channel tells the child when the launcher itself is killed, so that nothing is left behind.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [target = 'standalone', ...args] = process.argv.slice(2);

const help = `npm start [-- --help]            everything in one process on http://127.0.0.1:3000
npm run start:<service>          one service as its own process

Settings come from the environment or .env; .env.example lists them all:
PORT (3000), HOST (127.0.0.1), DATA_DIR (./.data), ADMIN_API_KEY, OPENAI_API_KEY, REPLICATE_API_TOKEN, …`;

if (args.includes('--help') || args.includes('-h')) {
  console.log(help);
  process.exit(0);
}

const nodeBinary = join(root, 'node_modules/node/bin/node');
const node = existsSync(nodeBinary) ? nodeBinary : process.execPath;
const entry = join(root, 'apps', target, 'dist/main.js');
const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  // Compiled code is kept between starts: they take half the time.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/compiled'),
  // Images are worked on in libuv's threads; its four leave cores idle on larger machines, and files wait behind images.
  UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? String(availableParallelism() + 2),
};

if (process.env.ATELIER_SKIP_BUILD !== '1') await Promise.all([build(), tellVersion()]);

/** The version of what is built, unless somebody says another one. Without history the package's will do. */
async function tellVersion() {
  const file = join(root, '.env');
  const settings = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  if (process.env.SERVICE_VERSION || settings.SERVICE_VERSION) return;
  const asked = spawn(node, [join(root, 'tools/service-version.mjs'), target], { stdio: ['ignore', 'pipe', 'ignore'] });
  let version = '';
  asked.stdout.on('data', (chunk) => (version += chunk));
  await new Promise((resolve) => asked.once('close', resolve));
  if (version) env.SERVICE_VERSION = version.trim();
}

/** Builds what changed; an unchanged tree answers from the cache in a moment, a fresh clone takes about a minute. */
async function build() {
  const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
  const building = spawn(node, [nx, 'run', `@atelier/${target}:build`, '--outputStyle=static'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [building.stdout, building.stderr]) stream.on('data', (chunk) => (output += chunk));
  const started = performance.now();
  const patience = setTimeout(
    () => process.stderr.write('Building; the first time this takes about a minute.\n'),
    2_000,
  );
  const stop = (signal) => building.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  const code = await new Promise((resolve) => building.once('close', (status, signal) => resolve(signal ?? status)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  clearTimeout(patience);
  if (typeof code === 'string') process.exit(1);
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build failed.\n`);
    process.exit(code);
  }
  const seconds = (performance.now() - started) / 1000;
  if (seconds > 5) process.stderr.write(`Built in ${seconds.toFixed(0)} s.\n`);
}

const child = spawn(node, ['--enable-source-maps', entry, ...args], {
  cwd: root,
  env,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
}
// npm passes a signal to its shell only, which ends without passing it on: an orphan stops by itself.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 500).unref();
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
