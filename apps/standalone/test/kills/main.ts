import { parseArgs } from 'node:util';
import { proveKills } from './prove-kills.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    jobs: { type: 'string', default: '300' },
    kills: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`npm run prove:kills -- [--seeds 1,2,3] [--jobs 300] [--kills 40]
Runs every service on PostgreSQL (TEST_DATABASE_URL=postgres://…) against the sandbox, kills them at random while jobs
are accepted and the providers misbehave, and then checks that nothing was lost, bought twice or charged wrongly.
`);
  process.exit(0);
}
const server = process.env['TEST_DATABASE_URL'];
if (!server) {
  process.stderr.write('prove:kills needs a PostgreSQL server: set TEST_DATABASE_URL=postgres://…\n');
  process.exit(1);
}
let broken = 0;
for (const seed of values.seeds.split(',').map(Number)) {
  const report = await proveKills({
    server,
    seed,
    jobs: Number(values.jobs),
    kills: Number(values.kills),
    log: (line) => process.stderr.write(`seed ${seed}: ${line}\n`),
  });
  const { violations, ...figures } = report;
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const violation of violations) process.stdout.write(`  ✗ ${violation}\n`);
  if (violations.length === 0) process.stdout.write('  every promise was kept\n');
  broken += violations.length;
}
process.exit(broken === 0 ? 0 : 1);
