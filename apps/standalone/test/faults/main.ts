import { parseArgs } from 'node:util';
import { proveFaults } from './prove-faults.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(`npm run prove:faults -- [--seconds 60]
Runs every service on PostgreSQL, Redis and Apache Kafka of its own while clients plan and generate. Kills analytics in the
middle of its work, stops the broker for --seconds, flushes and stops Redis and restarts PostgreSQL, and then counts: rows
must be what was answered, and rollups what the rows add up to.
`);
  process.exit(0);
}
const { violations, ...figures } = await proveFaults({
  awayMs: Number(values.seconds) * 1_000,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(figures)}\n`);
for (const violation of violations) process.stdout.write(`  ✗ ${violation}\n`);
if (violations.length === 0) process.stdout.write('  every event was counted once\n');
process.exit(violations.length === 0 ? 0 : 1);
