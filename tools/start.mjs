// `npm start`: builds what changed, then runs the standalone process on Node 24 and passes signals on to it.
// It handles signals itself because npm and shells differ in whether they forward them to children;
// the IPC channel tells the child when the launcher itself is killed, so that nothing is left behind.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
};

if (process.env.ATELIER_SKIP_BUILD !== '1') {
  const built = spawnSync(
    node,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run', `@atelier/${target}:build`, '--outputStyle=static'],
    {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (built.status !== 0) {
    process.stderr.write(`${built.stdout}${built.stderr}\nThe build failed.\n`);
    process.exit(built.status ?? 1);
  }
}

const child = spawn(node, ['--enable-source-maps', entry, ...args], {
  cwd: root,
  env,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
