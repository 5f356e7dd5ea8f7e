// `npm test`: unit and service tests of every project (cached), then the journeys against the real standalone process.
// The last lines say what did not run and why, and the total.
import { spawn } from 'node:child_process';
import { startTestServers } from './test-servers.mjs';
import { env, root } from './run.mjs';

if (process.argv.includes('--help')) {
  console.log(
    `npm test                 everything
npm test -- --unit       without the journeys
npm test -- <project>…   only these projects

PostgreSQL, Redis, Apache Kafka and an S3 server are started where they are installed (with CI=true they are installed first),
unless TEST_DATABASE_URL, TEST_REDIS_URL, TEST_KAFKA_BROKERS or TEST_STORAGE_URL name others. What did not run for want of them is said at the end.`,
  );
  process.exit(0);
}
const projects = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const only = projects.length > 0 ? ['--projects', projects.map((name) => `@atelier/${name}`).join(',')] : [];
const storing = ['generation', 'presets', 'playground-processor', 'analytics', 'gateway'];
const targets = process.argv.includes('--unit') ? ['test'] : ['test', 'journey'];

const servers = await startTestServers();
let output = '';
let code = await runMany(targets, only, servers.env);
// What stores something has run on PostgreSQL where there is one: the embedded database promises the same. jest.preset.mjs
// knows which suites are about what is stored.
const again = storing.filter((name) => projects.length === 0 || projects.includes(name));
if (servers.env.TEST_SERVERS.includes('postgresql') && again.length > 0) {
  console.log('\nAgain on the embedded database');
  const which = ['--projects', again.map((name) => `@atelier/${name}`).join(',')];
  code = (await runMany(['test'], which, { ...servers.env, TEST_DATABASE: 'embedded' })) || code;
}

await servers.stop();

// oxlint-disable-next-line no-control-regex -- Jest colours its summary when it thinks somebody looks
const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
const sum = (pattern) => [...plain.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
const passed = sum(/Tests:.*?(\d+) passed/g);
const failed =
  sum(/Tests:.*?(\d+) failed/g) +
  (sum(/Test Suites:.*?(\d+) failed/g) > 0 && sum(/Tests:.*?(\d+) failed/g) === 0 ? 1 : 0);
const notRun = new Set([...plain.matchAll(/NOT RUN: (.*)/g)].map((match) => match[1].trim()));
for (const line of notRun) console.log(`\nNOT RUN: ${line}`);
if (notRun.size > 0 && servers.missing.length > 0)
  console.log(`\nMissing: ${servers.missing.join(', ')}. \`npm run stack -- --servers-only\` gets and starts them.`);
const failures = code === 0 ? failed : Math.max(failed, 1);
console.log(`\n${passed} passed, ${failures} failed`);
process.exit(failures === 0 && passed > 0 ? 0 : 1);

/** Answers the exit code. */
function runMany(what, which, settings) {
  return new Promise((resolve) => {
    const child = spawn('nx', ['run-many', '-t', ...what, '--outputStyle=stream', '--nxBail=false', ...which], {
      cwd: root,
      env: { ...env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        process.stdout.write(chunk);
      });
    }
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
    child.on('exit', (status) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass);
      resolve(status ?? 1);
    });
  });
}
