import { randomUUID } from 'node:crypto';
import { hasRedisServer, sharedRedisUrl, startRedisServer } from '@atelier/testing';
import { RedisLink, TwoLevelCache } from '../src/index.js';

const logger = { info: () => {}, error: () => {} };
const never = async (): Promise<never> => {
  throw new Error('nobody should load this');
};
const url = sharedRedisUrl();

interface Picture {
  readonly name: string;
}

(url ? describe : describe.skip)('a cache over Redis', () => {
  let link: RedisLink;
  let name: string;
  const cacheOf = (more: object = {}) =>
    new TwoLevelCache<Picture>({ name, version: '1', ttlMs: 60_000, maxEntries: 10, link, ...more });

  beforeAll(async () => {
    // The machine may be busy.
    link = await RedisLink.open({ url: url ?? '', name: 'test', logger, commandTimeoutMs: 10_000 });
  });
  beforeEach(() => (name = randomUUID()));
  afterAll(() => link.close());

  it('answers another process from Redis, without loading', async () => {
    await cacheOf().get('a', async () => ({ name: 'one' }));
    const other = cacheOf();
    expect(await other.get('a', never)).toEqual({ value: { name: 'one' }, from: 'redis' });
    expect(await other.get('a', never)).toEqual({ value: { name: 'one' }, from: 'memory' });
    expect(other.figures()).toMatchObject({ memory: { hits: 1, misses: 1 }, redis: { hits: 1, misses: 0 } });
  });

  it('keeps versions apart', async () => {
    cacheOf().set('a', { name: 'one' });
    const next = cacheOf({ version: '2' });
    expect(await next.get('a', async () => ({ name: 'two' }))).toMatchObject({ from: 'load' });
  });

  it('never lets an entry live longer in a second process than in the first', async () => {
    let nowMs = Date.now();
    const clock = { nowMs: () => nowMs };
    cacheOf(clock).set('a', { name: 'one' });
    nowMs += 59_000;
    const other = cacheOf(clock);
    expect(await other.get('a', never)).toMatchObject({ from: 'redis' });
    nowMs += 1_000;
    expect(await other.get('a', async () => ({ name: 'two' }))).toMatchObject({ from: 'load' });
  });

  it('forgets in both levels', async () => {
    const cache = cacheOf();
    cache.set('a', { name: 'one' });
    await cache.delete('a');
    expect(await cacheOf().get('a', async () => ({ name: 'two' }))).toMatchObject({ from: 'load' });
  });

  it('leaves values that are too long, or have no text, in the process', async () => {
    const short = { maxValueLength: 20 };
    const cache = cacheOf(short);
    const long = { name: 'x'.repeat(30) };
    cache.set('long', long);
    expect(await cache.get('long', never)).toEqual({ value: long, from: 'memory' });
    expect(await cacheOf(short).get('long', async () => ({ name: 'two' }))).toMatchObject({ from: 'load' });
    const textless = (): never => {
      throw new TypeError('no text');
    };
    const codec = { encode: textless, decode: textless };
    expect(await cacheOf({ codec }).get('b', async () => ({ name: 'b' }))).toMatchObject({ from: 'load' });
  });

  it('loads anew what it can’t read', async () => {
    const unreadable = (text: string): Picture => {
      throw new SyntaxError(text);
    };
    cacheOf().set('a', { name: 'one' });
    const cache = cacheOf({ codec: { encode: JSON.stringify, decode: unreadable } });
    expect(await cache.get('a', async () => ({ name: 'two' }))).toEqual({ value: { name: 'two' }, from: 'load' });
  });

  it('puts digests into Redis, never the keys', async () => {
    const secret = `my secret prompt ${randomUUID()}`;
    const cache = cacheOf();
    cache.set(secret, { name: 'one' });
    await cacheOf().get(secret, never);
    const keys = await link.run((redis) => redis.keys(`atelier:cache:${name}:*`));
    expect(keys).toHaveLength(1);
    expect(keys.join()).not.toContain('secret');
  });
});

(hasRedisServer() ? it : it.skip)('an outage costs speed and nothing else', async () => {
  const redis = await startRedisServer();
  const link = await RedisLink.open({ url: redis.url, name: 'test', logger });
  const cache = new TwoLevelCache<Picture>({ name: 'outage', version: '1', ttlMs: 60_000, maxEntries: 10, link });
  await cache.get('a', async () => ({ name: 'a' }));
  redis.freeze();
  expect(await cache.get('a', never)).toMatchObject({ from: 'memory' });
  expect(await cache.get('b', async () => ({ name: 'b' }))).toMatchObject({ from: 'load' });
  await redis.kill();
  expect(await cache.get('c', async () => ({ name: 'c' }))).toMatchObject({ from: 'load' });
  await cache.delete('a');
  expect(await cache.get('a', async () => ({ name: 'a2' }))).toMatchObject({ from: 'load' });
  link.close();
  await redis.close();
});
