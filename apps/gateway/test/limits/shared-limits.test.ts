import { randomUUID } from 'node:crypto';
import type { Database } from '@atelier/persistence';
import { RedisLink } from '@atelier/redis';
import { hasRedisServer, openTestDatabase, sharedRedisUrl, startRedisServer } from '@atelier/testing';
import { startTestGateway, type TestGateway } from '../harness/test-gateway.js';

const logger = { info: () => {}, error: () => {} };
const env = { RATE_LIMIT_REQUESTS_PER_MINUTE: '3' };
const cheap = '/api/monitoring/health';
const url = sharedRedisUrl();
/** Probes often, and waits long: the machine may be busy, and a killed server answers nothing at once. */
const quick = { probeEveryMs: 20, commandTimeoutMs: 10_000 };
let database: Database;
const open: { close(): unknown }[] = [];

async function linkTo(redisUrl: string, more: object = {}): Promise<RedisLink> {
  const link = await RedisLink.open({ url: redisUrl, name: 'test', logger, ...quick, ...more });
  open.push(link);
  return link;
}
async function gatewayOn(redis: RedisLink): Promise<TestGateway> {
  const gateway = await startTestGateway({ env, start: { redis, database } });
  open.push(gateway);
  return gateway;
}
beforeAll(async () => {
  database = (await openTestDatabase()).database;
});
afterAll(() => database.close());
afterEach(async () => {
  for (const part of open.splice(0).toReversed()) await part.close();
});

(url ? it : it.skip)('gateways on one Redis count a user together', async () => {
  const user = `sarah-${randomUUID()}`;
  const gateways = [await gatewayOn(await linkTo(url ?? '')), await gatewayOn(await linkTo(url ?? ''))];
  const statuses: number[] = [];
  for (const index of [0, 1, 0, 1]) {
    const gateway = gateways[index];
    if (!gateway) throw new Error('no such gateway');
    const answer = await gateway.request(cheap, { as: await gateway.keyFor(user) });
    statuses.push(answer.status);
    expect(answer.headers.get('ratelimit-degraded')).toBeNull();
  }
  expect(statuses).toEqual([200, 200, 200, 429]);
});

(hasRedisServer() ? describe : describe.skip)('a gateway whose Redis goes away', () => {
  it('goes on limiting at the same rates, says so everywhere, and stays ready', async () => {
    const redis = await startRedisServer();
    open.push(redis);
    const link = await linkTo(redis.url);
    const gateway = await gatewayOn(link);
    const key = await gateway.keyFor('sarah');
    const ask = () => gateway.request(cheap, { as: key });
    const read = async (path: string) => (await (await gateway.request(path)).json()) as Record<string, unknown>;
    expect((await ask()).headers.get('ratelimit-degraded')).toBeNull();
    expect(await read('/health/detailed')).toMatchObject({
      status: 'healthy',
      stores: expect.arrayContaining([expect.objectContaining({ name: 'redis', status: 'up' })]),
    });
    expect(await read('/health/cache')).toMatchObject({
      redis: { serving: 'primary', nodes: [{ name: 'primary', status: 'up', failures: 0 }] },
    });

    const away = new Promise<void>((resolve) => link.onChange((state) => state === 'away' && resolve()));
    await redis.kill();
    await away;
    const answers = [await ask(), await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.every(({ headers }) => headers.get('ratelimit-degraded') === 'per-process')).toBe(true);
    expect(gateway.published.flatMap(({ errorOccurred }) => errorOccurred?.code ?? [])).toContain('REDIS_UNAVAILABLE');
    expect(await read('/health/detailed')).toMatchObject({
      status: 'degraded',
      stores: expect.arrayContaining([expect.objectContaining({ name: 'redis', status: 'down' })]),
    });
    expect(await read('/health/cache')).toMatchObject({ redis: { serving: 'away', nodes: [{ status: 'down' }] } });
    expect((await gateway.request('/health/ready')).status).toBe(200);
  });

  it('counts on in the backup', async () => {
    const [primary, backup] = [await startRedisServer(), await startRedisServer()];
    open.push(primary, backup);
    const link = await linkTo(primary.url, { backupUrl: backup.url });
    const gateway = await gatewayOn(link);
    const key = await gateway.keyFor('sarah');
    const fallen = new Promise<void>((resolve) => link.onChange((state) => state === 'backup' && resolve()));
    await primary.kill();
    await fallen;
    const answer = await gateway.request(cheap, { as: key });
    expect([answer.status, answer.headers.get('ratelimit-degraded')]).toEqual([200, null]);
    expect(await link.run((redis) => redis.keys('atelier:limit:user:*:sarah'))).toHaveLength(2);
    const { stores } = (await (await gateway.request('/health/detailed')).json()) as {
      stores: { name: string; status: string }[];
    };
    expect(stores).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'redis', status: 'down' }),
        expect.objectContaining({ name: 'redis-backup', status: 'up' }),
      ]),
    );
  });

  it('starts without it', async () => {
    const gateway = await gatewayOn(await linkTo('redis://127.0.0.1:1'));
    const answer = await gateway.request(cheap, { as: await gateway.keyFor('sarah') });
    expect([answer.status, answer.headers.get('ratelimit-degraded')]).toEqual([200, 'per-process']);
    expect(gateway.published.flatMap(({ errorOccurred }) => errorOccurred?.code ?? [])).toContain('REDIS_UNAVAILABLE');
  });
});
