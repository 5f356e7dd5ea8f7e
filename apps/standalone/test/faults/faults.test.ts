import { serversAtHand } from '@atelier/local-servers';
import { judgeCounts } from './judge-counts.js';
import { proveFaults } from './prove-faults.js';

const here = (['postgresql', 'redis', 'kafka'] as const).every((name) => serversAtHand().includes(name));
if (!here && process.env['CI'] === 'true')
  throw new Error('with CI=true PostgreSQL, Redis and Apache Kafka must be here to be taken away');
if (!here) process.stderr.write('NOT RUN: PostgreSQL, Redis and Kafka taken away while they are used.\n');

(here ? it : it.skip)(
  'counts every event once while analytics is killed and Kafka, Redis and PostgreSQL are taken away',
  async () => {
    const report = await proveFaults({ awayMs: 6_000 });
    expect(report.violations).toEqual([]);
    expect(report.plans).toBeGreaterThan(100);
    expect(report.generations).toBeGreaterThan(5);
  },
  400_000,
);

it('sees what is lost and what is counted twice', () => {
  const answered = { calls: 10, plans: 9, generations: 2 };
  const right = {
    rows: 30,
    callRows: 10,
    calls: 10,
    planRows: 9,
    plans: 9,
    generations: 2,
    costRows: 2,
    costRowsMicros: 6_000,
    costs: 2,
    costsMicros: 6_000,
  };
  expect(judgeCounts(right, answered)).toEqual([]);
  expect(judgeCounts({ ...right, callRows: 9 }, answered)).toEqual(['rows of calls: 9 instead of 10']);
  expect(judgeCounts({ ...right, plans: 10 }, answered)).toHaveLength(1);
  expect(judgeCounts({ ...right, costs: 3, costsMicros: 9_000 }, answered)).toHaveLength(2);
});
