import type { Database } from '@atelier/persistence';
import { RedisLink } from '@atelier/redis';
import { hasRedisServer, openTestDatabase, startRedisServer } from '@atelier/testing';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const logger = { info: () => {}, error: () => {} };

let database: Database;
const open: { close(): unknown }[] = [];
beforeAll(async () => {
  database = (await openTestDatabase()).database;
}, 60_000);
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
afterAll(() => database.close());

async function gatewayOn(redisUrl?: string): Promise<TestGateway> {
  const redis = redisUrl ? await RedisLink.open({ url: redisUrl, name: 'test', logger }) : undefined;
  if (redis) open.push(redis);
  const gateway = await startTestGateway({ fakes: fakePlans, start: { database, redis } });
  open.push(gateway);
  return Object.assign(gateway, { fakes: new FakeGenerations(gateway.services) });
}

const image = `data:image/png;base64,${'A'.repeat(400_000)}`;
async function planOn(gateway: TestGateway, as: string): Promise<object> {
  const json = { prompt: 'a cat', working_image_url: image };
  const answer = await gateway.request('/api/v1/enhanced/process', { as, json });
  const { request_id } = (await answer.json()) as { request_id: string };
  return { prompt: 'a cat', request_id };
}
const run = (gateway: TestGateway, as: string, json: object): Promise<Response> =>
  gateway.request('/api/v1/generations', { as, json });

(hasRedisServer() ? describe : describe.skip)('a plan on several gateways with Redis', () => {
  it('made on one is run by the other exactly as it was shown, for its owner only', async () => {
    const redis = await startRedisServer();
    open.push(redis);
    const [one, other] = [await gatewayOn(redis.url), await gatewayOn(redis.url)];
    const [sarah, omar] = [await one.keyFor('sarah'), await one.keyFor('omar')];
    const plan = await planOn(one, sarah);

    expect(await (await run(other, omar, plan)).json()).toMatchObject({ code: 'PLAN_NOT_FOUND' });
    const answer = await run(other, sarah, plan);
    expect([answer.status, await answer.json()]).toMatchObject([202, plan]);
    expect(other.services.callsOf('generation.createGeneration')).toMatchObject([
      { request: { inputImages: [image] } },
    ]);
    expect(other.services.callsOf('selector.selectModel')).toEqual([]);
  });

  it('is not missed for ever by a gateway that asked for it too early', async () => {
    const redis = await startRedisServer();
    open.push(redis);
    const [one, other] = [await gatewayOn(redis.url), await gatewayOn(redis.url)];
    const sarah = await one.keyFor('sarah');
    const request_id = 'chosen-by-the-caller';
    const plan = { prompt: 'a cat', request_id };
    expect(await (await run(other, sarah, plan)).json()).toMatchObject({ code: 'PLAN_NOT_FOUND' });
    const headers = { 'x-request-id': request_id };
    await one.request('/api/v1/enhanced/process', { as: sarah, json: { prompt: 'a cat' }, headers });
    expect((await run(other, sarah, plan)).status).toBe(202);
  });
});

it('is still run by the gateway that made it where there is no Redis, or it is away', async () => {
  for (const redis of [undefined, 'redis://127.0.0.1:1']) {
    const gateway = await gatewayOn(redis);
    const sarah = await gateway.keyFor('sarah');
    expect((await run(gateway, sarah, await planOn(gateway, sarah))).status).toBe(202);
  }
});
