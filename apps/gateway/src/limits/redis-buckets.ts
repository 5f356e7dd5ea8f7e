import { type RedisLink, RedisScript } from '@atelier/redis';
import { type Bucket, type BucketState, reportOf } from './bucket.js';
import type { Buckets, Taken } from './buckets.js';

/** The rules of bucket.ts for several buckets at once, by the clock of Redis; `now` is a Lua expression of milliseconds. */
export function bucketScript(now = 'time[1] * 1000 + math.floor(time[2] / 1000)'): RedisScript {
  return new RedisScript(`
local time = redis.call('TIME')
local now = ${now}
local states, admitted = {}, 1
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local level, at, start, count = 0, 0, 0, 0
  local kept = redis.call('GET', key)
  if kept then
    level, at, start, count = string.match(kept, '^(%d+) (%d+) (%d+) (%d+)$')
    level, at, start, count = tonumber(level), math.min(tonumber(at), now), math.min(tonumber(start), now), tonumber(count)
    if now - at >= window then level = 0 else level = math.max(0, level - (now - at) * limit) end
    if now - start >= window then count = 0 end
  end
  if level > (limit - 1) * window or count >= limit then admitted = 0 end
  states[i] = { level, at, start, count }
end
local answer = { admitted, now }
for i, key in ipairs(KEYS) do
  local state = states[i]
  if admitted == 1 and ARGV[1] == '1' then
    local window = tonumber(ARGV[2 * i + 1])
    state = { state[1] + window, now, state[4] == 0 and now or state[3], state[4] + 1 }
    redis.call('SET', key, string.format('%.0f %.0f %.0f %.0f', unpack(state)), 'PX', window)
  end
  for _, number in ipairs(state) do table.insert(answer, number) end
end
return answer`);
}

/** Counts in Redis, so that all processes count together: one round trip whatever the number of buckets. */
export class RedisBuckets implements Buckets {
  constructor(
    private readonly link: RedisLink,
    private readonly script = bucketScript(),
    /** For a script whose clock is an argument. */
    private readonly moreArgs: () => readonly number[] = () => [],
  ) {}

  /** @throws RedisUnavailableError */
  async take(buckets: readonly Bucket[], requests: 0 | 1): Promise<Taken> {
    const keys = buckets.map(({ key }) => `atelier:limit:${key}`);
    const args = [requests, ...buckets.flatMap(({ limit, windowMs }) => [limit, windowMs]), ...this.moreArgs()];
    const [admitted, nowMs = 0, ...numbers] = (await this.link.run((redis) =>
      this.script.run(redis, keys, args),
    )) as number[];
    return {
      admitted: admitted === 1,
      reports: buckets.map((bucket, index) => reportOf(bucket, stateIn(numbers, index), nowMs)),
      alone: false,
    };
  }
}

function stateIn(numbers: readonly number[], index: number): BucketState {
  const [level = 0, atMs = 0, startMs = 0, count = 0] = numbers.slice(4 * index, 4 * index + 4);
  return { level, atMs, startMs, count };
}
