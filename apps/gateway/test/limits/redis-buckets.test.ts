import { randomUUID } from 'node:crypto';
import { RedisLink } from '@atelier/redis';
import { hasRedisServer, sharedRedisUrl, startRedisServer } from '@atelier/testing';
import { ProcessBuckets } from '../../src/limits/process-buckets.js';
import { bucketScript, RedisBuckets } from '../../src/limits/redis-buckets.js';
import { SharedBuckets } from '../../src/limits/shared-buckets.js';
import { describeBuckets } from './bucket-suite.js';

const logger = { info: () => {}, error: () => {} };
const url = sharedRedisUrl();
const bucket = () => ({ key: randomUUID(), limit: 3, windowMs: 60_000 });

(url ? describe : describe.skip)('limits on a real Redis', () => {
  let link: RedisLink;
  beforeAll(async () => {
    // Other suites keep the machine busy: an answer may take its time here.
    link = await RedisLink.open({ url: url ?? '', name: 'test', logger, commandTimeoutMs: 10_000 });
  });
  afterAll(() => link.close());

  const script = bucketScript('tonumber(ARGV[#ARGV])');
  describeBuckets(
    'Redis',
    () => {
      let nowMs = 0;
      return { buckets: new RedisBuckets(link, script, () => [nowMs]), setNow: (ms) => (nowMs = ms) };
    },
    25,
  );

  it('are shared by all processes, by the clock of Redis', async () => {
    const other = await RedisLink.open({ url: url ?? '', name: 'test', logger, commandTimeoutMs: 10_000 });
    const [one, two] = [new RedisBuckets(link), new RedisBuckets(other)];
    const shared = bucket();
    const taken = [];
    for (const buckets of [one, two, one, two]) taken.push(await buckets.take([shared], 1));
    expect(taken.map(({ admitted }) => admitted)).toEqual([true, true, true, false]);
    const { retryMs = 0 } = taken[3]?.reports[0] ?? {};
    expect(retryMs).toBeGreaterThan(0);
    expect(retryMs).toBeLessThanOrEqual(60_000);
    other.close();
  });

  it('let through as many as they say when many ask at once', async () => {
    const shared = { ...bucket(), limit: 20 };
    const buckets = new RedisBuckets(link);
    const all = await Promise.all(Array.from({ length: 100 }, () => buckets.take([shared], 1)));
    expect(all.filter(({ admitted }) => admitted)).toHaveLength(20);
  });

  it('leave nothing behind after their window', async () => {
    const shared = bucket();
    await new RedisBuckets(link).take([shared], 1);
    const left = await link.run((redis) => redis.pttl(`atelier:limit:${shared.key}`));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it('cost one command, whatever the number of scopes', async () => {
    const buckets = new RedisBuckets(link);
    await buckets.take([bucket()], 1);
    const before = link.report()[0]?.answered ?? 0;
    const { admitted, reports } = await buckets.take([bucket(), bucket(), bucket(), bucket()], 1);
    expect([admitted, reports.length]).toEqual([true, 4]);
    // A probe may have come between.
    expect((link.report()[0]?.answered ?? 0) - before).toBeLessThanOrEqual(2);
  });
});

(hasRedisServer() ? describe : describe.skip)('limits while Redis is away', () => {
  it('hold in each process at the same rates, say so, and are shared again afterwards', async () => {
    const redis = await startRedisServer();
    const link = await RedisLink.open({ url: redis.url, name: 'test', logger, probeEveryMs: 20 });
    const buckets = new SharedBuckets(new RedisBuckets(link), new ProcessBuckets(), logger);
    const shared = bucket();
    expect(await buckets.take([shared], 1)).toMatchObject({ admitted: true, alone: false });

    const away = changed(link, 'away');
    redis.freeze();
    await away;
    const alone = [];
    for (let request = 0; request < 4; request += 1) alone.push(await buckets.take([shared], 1));
    expect(alone.map(({ admitted }) => admitted)).toEqual([true, true, true, false]);
    expect(alone.every((taken) => taken.alone)).toBe(true);

    const back = changed(link, 'primary');
    redis.thaw();
    await back;
    const [report] = (await buckets.take([shared], 0)).reports;
    expect(report?.count).toBe(1);

    await redis.kill();
    expect(await buckets.take([shared], 0)).toMatchObject({ alone: true });
    link.close();
    await redis.close();
  });
});

function changed(link: RedisLink, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onChange((state) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
  });
}
