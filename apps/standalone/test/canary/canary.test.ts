import { serversAtHand } from '@atelier/local-servers';
import { proveCanary } from './prove-canary.js';

const server = process.env['TEST_DATABASE_URL'];
const missing = ['envoy', 'prometheus'].filter((name) => !(serversAtHand() as string[]).includes(name));
if (!server) missing.push('postgresql');
if (missing.length > 0 && process.env['CI'] === 'true')
  throw new Error(`with CI=true a canary must be rolled out; missing: ${missing.join(', ')}`);
if (missing.length > 0)
  process.stderr.write(
    `NOT RUN: a canary behind a real Envoy; missing: ${missing.join(', ')} (npm run canary:demo).\n`,
  );

(missing.length === 0 ? it : it.skip)(
  'splits calls by user and weight, lets administrators choose, takes a failing version back and loses no request',
  async () => {
    const report = await proveCanary({
      server: server ?? '',
      seed: 1,
      requests: 1_000,
      steps: [10, 50, 100],
      hurry: 60,
      // No test asserts a time: how fast versions are is compared in the cluster and by canary:demo.
      arguments: { window: '6s', 'cost-window': '30s', 'min-requests': '20', 'max-p95-factor': '10000' },
      scrapeInterval: '500ms',
    });
    expect(report.violations).toEqual([]);
    expect(report.failedPlans).toBe(0);
    expect(report.splits.map(({ canary }) => canary > 0)).toEqual([true, true]);
    expect(report.rolledBackBecause).toMatch(/^(error-rate|collapse)/);
    expect(report.undoneWithoutMetricsBecause).toMatch(/^requests/);
  },
  300_000,
);
