import type { CostStats } from './dashboard.schema.js';
import { StatsCache } from './stats-cache.js';

const costs = (total_cost: number): CostStats => ({ group_by: 'day', total_cost, groups: [] });

it('asks once for each question while its time lasts, and again after a reset', async () => {
  const cache = new StatsCache({ ttlMs: 60_000 });
  let asked = 0;
  const read = (question: string) => cache.get(question, async () => costs((asked += 1)));
  expect([await read('a'), await read('a'), await read('b')]).toEqual([costs(1), costs(1), costs(2)]);
  await cache.forget();
  expect(await read('a')).toEqual(costs(3));
  expect(cache.figures().memory).toMatchObject({ hits: 1, misses: 3 });
});

it('keeps nothing where that is asked for, and no failure', async () => {
  const off = new StatsCache({ ttlMs: 0 });
  let asked = 0;
  const read = () => off.get('a', async () => costs((asked += 1)));
  expect([await read(), await read()]).toEqual([costs(1), costs(2)]);
  const cache = new StatsCache({ ttlMs: 60_000 });
  await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.get('a', async () => costs(7))).toEqual(costs(7));
});
