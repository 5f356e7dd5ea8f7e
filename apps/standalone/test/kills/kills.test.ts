import { proveKills } from './prove-kills.js';

const server = process.env['TEST_DATABASE_URL'];
if (!server && process.env['CI'] === 'true')
  throw new Error('no PostgreSQL: with CI=true the services must be killed (TEST_DATABASE_URL)');
if (!server)
  process.stderr.write('NOT RUN: services killed at random. Set TEST_DATABASE_URL=postgres://… to run it.\n');

(server ? it : it.skip)(
  'loses nothing, buys nothing twice and keeps every budget while services are killed and providers misbehave',
  async () => {
    const report = await proveKills({ server: server ?? '', seed: 7, jobs: 40, kills: 12 });
    expect(report.violations).toEqual([]);
    expect(report.kills).toBeGreaterThanOrEqual(12);
    expect(report.accepted).toBeGreaterThanOrEqual(40);
    expect(report.ended['succeeded']).toBeGreaterThan(0);
  },
  400_000,
);
