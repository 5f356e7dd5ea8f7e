import { TwoLevelCache } from './two-level-cache.js';

let nowMs = 0;
let loads = 0;
const load = async (): Promise<number> => (loads += 1);
const cacheOf = (more: object = {}) =>
  new TwoLevelCache<number>({ name: 'test', version: '1', ttlMs: 1_000, maxEntries: 3, nowMs: () => nowMs, ...more });

beforeEach(() => {
  nowMs = 0;
  loads = 0;
});

describe('a cache without Redis', () => {
  it('loads once, answers from memory while fresh, then loads again', async () => {
    const cache = cacheOf();
    expect(await cache.get('a', load)).toEqual({ value: 1, from: 'load' });
    nowMs = 999;
    expect(await cache.get('a', load)).toEqual({ value: 1, from: 'memory' });
    expect(cache.peek('a')).toBe(1);
    nowMs = 1_000;
    expect(cache.peek('a')).toBeUndefined();
    expect(await cache.get('a', load)).toEqual({ value: 2, from: 'load' });
    expect(cache.figures()).toMatchObject({ memory: { hits: 2, misses: 2 } });
  });

  it('loads a key once for all who ask at the same time, and each key by itself', async () => {
    const cache = cacheOf();
    const all = await Promise.all([cache.get('a', load), cache.get('a', load), cache.get('b', load)]);
    expect(all.map(({ value }) => value)).toEqual([1, 1, 2]);
  });

  it('tells a failure to all who wait, and keeps none', async () => {
    const cache = cacheOf();
    const fail = async (): Promise<number> => {
      throw new Error('no');
    };
    const both = await Promise.allSettled([cache.get('a', fail), cache.get('a', load)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', load)).toEqual({ value: 1, from: 'load' });
  });

  it('answers a stale value at once and loads one new, where that is allowed', async () => {
    const cache = cacheOf({ staleMs: 500 });
    await cache.get('a', load);
    nowMs = 1_400;
    const answers = await Promise.all([cache.get('a', load), cache.get('a', load)]);
    expect(answers.map(({ value }) => value)).toEqual([1, 1]);
    expect(loads).toBe(2);
    await new Promise(setImmediate);
    expect(cache.peek('a')).toBe(2);
    nowMs = 2_900;
    expect(await cache.get('a', load)).toEqual({ value: 3, from: 'load' });
  });

  it('keeps a stale value when loading fails', async () => {
    const cache = cacheOf({ staleMs: 500 });
    await cache.get('a', load);
    nowMs = 1_200;
    const fail = () => Promise.reject(new Error('no'));
    expect(await cache.get('a', fail)).toMatchObject({ value: 1 });
    expect(await cache.get('a', fail)).toMatchObject({ value: 1 });
  });

  it('does not let a slow load undo what was set or deleted meanwhile', async () => {
    const cache = cacheOf();
    let finish = (_value: number): void => {};
    const slow = cache.get('a', () => new Promise((resolve) => (finish = resolve)));
    await Promise.resolve();
    cache.set('a', 7);
    finish(1);
    expect(await slow).toEqual({ value: 1, from: 'load' });
    expect(cache.peek('a')).toBe(7);

    const again = cache.get('b', () => new Promise((resolve) => (finish = resolve)));
    await Promise.resolve();
    await cache.delete('b');
    finish(1);
    await again;
    expect(cache.peek('b')).toBeUndefined();
  });

  it('holds no more than its bound, by number and by size', async () => {
    const counted = cacheOf();
    for (const key of ['a', 'b', 'c', 'd']) counted.set(key, 1);
    expect(['a', 'b', 'c', 'd'].map((key) => counted.peek(key))).toEqual([undefined, 1, 1, 1]);
    const sized = cacheOf({ maxSize: 10, sizeOf: (value: number) => value });
    sized.set('big', 8);
    sized.set('small', 2);
    sized.set('bigger', 9);
    expect(['big', 'small', 'bigger'].map((key) => sized.peek(key))).toEqual([undefined, undefined, 9]);
  });

  it('finds what it holds while that is fresh, and loads nothing', async () => {
    const cache = cacheOf();
    expect(await cache.find('a')).toBeUndefined();
    cache.set('a', 7);
    nowMs = 999;
    expect(await cache.find('a')).toBe(7);
    nowMs = 1_000;
    expect(await cache.find('a')).toBeUndefined();
    expect(cache.figures()).toMatchObject({ memory: { hits: 1, misses: 2 } });
  });

  it('keeps null, which is an answer too', async () => {
    const cache = new TwoLevelCache<string | null>({
      name: 'null',
      version: '1',
      ttlMs: 1,
      maxEntries: 1,
      nowMs: () => 0,
    });
    await cache.get('a', async () => null);
    expect(await cache.get('a', async () => 'never')).toEqual({ value: null, from: 'memory' });
  });
});
