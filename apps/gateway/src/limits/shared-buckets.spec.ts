import { RedisUnavailableError } from '@atelier/redis';
import type { Buckets } from './buckets.js';
import { ProcessBuckets } from './process-buckets.js';
import { SharedBuckets } from './shared-buckets.js';

const bucket = { key: 'user:minute:sarah', limit: 1, windowMs: 60_000 };

function failing(error: Error): Buckets {
  return { take: () => Promise.reject(error) };
}

function sharedOver(shared: Buckets) {
  const lines: unknown[] = [];
  const logger = { error: (...line: unknown[]) => void lines.push(line) };
  return { lines, buckets: new SharedBuckets(shared, new ProcessBuckets(() => 0), logger) };
}

describe('limits that Redis does not count', () => {
  it('hold in the process, and say so', async () => {
    const { buckets, lines } = sharedOver(failing(new RedisUnavailableError('away')));
    expect(await buckets.take([bucket], 1)).toMatchObject({ admitted: true, alone: true });
    expect(await buckets.take([bucket], 1)).toMatchObject({ admitted: false, alone: true });
    // The link has said it.
    expect(lines).toEqual([]);
  });

  it('because it refuses them are reported once, without what was sent', async () => {
    const refusal = Object.assign(new Error('NOPERM this user has no permissions'), { command: { args: ['sarah'] } });
    const { buckets, lines } = sharedOver(failing(refusal));
    for (let request = 0; request < 3; request += 1) await buckets.take([bucket], 1);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain('NOPERM');
    expect(JSON.stringify(lines)).not.toContain('sarah');
  });
});
