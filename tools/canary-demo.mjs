// `npm run canary:demo`: builds what changed, then rolls versions of a service out behind a real Envoy (apps/standalone/test/canary).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { env, node, root, run } from './run.mjs';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(`npm run canary:demo [-- --requests 20000] [--seed 1]

Rolls versions of the classifier out behind a real Envoy, step by step (1, 10, 50, 100 %), judged by the chart's own analysis on a
real Prometheus, while plans are asked for over REST. Then a version fails, and one tells nothing: both are taken back.
PostgreSQL: TEST_DATABASE_URL=postgres://…, or one of its own. What is missing is installed first on Debian (apt-get, pip).

--requests   calls whose split is counted at each weight, each by another user
--seed       which users these are`);
  process.exit(0);
}
if (!/^[1-9]\d{2,6}$/.test(values.requests) || !/^\d{1,9}$/.test(values.seed)) {
  console.error('canary:demo: --requests takes a whole number of at least 100, --seed one of at least 0');
  process.exit(64);
}

const needed = ['gateway', 'classifier', 'model-selector', 'presets', 'local-servers'].map(
  (name) => `@atelier/${name}`,
);
const built = run('nx', ['run-many', '-t', 'build', '--outputStyle=static', '--projects', needed.join(',')], {
  capture: true,
});
if (!built.ok) {
  console.error(`${built.output}\nThe build failed.`);
  process.exit(1);
}
console.log('Built.');
const folder = join(root, 'apps/standalone');
const hooks = join(root, 'tools/typescript-sources.mjs');
const child = spawn(
  node,
  ['--import', hooks, 'test/canary/main.ts', '--requests', values.requests, '--seed', values.seed],
  { cwd: folder, env, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
