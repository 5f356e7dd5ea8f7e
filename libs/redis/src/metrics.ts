import { counter, gauge, secondsHistogram } from '@atelier/service-defaults';

/** 1 while a server answers, 0 while it does not: alarm on it. */
export const redisUp = gauge({
  name: 'atelier_redis_up',
  help: '1 while this Redis answers',
  labelNames: ['node'],
});

export const commandSeconds = secondsHistogram({
  name: 'atelier_redis_command_seconds',
  help: 'Time of Redis commands that were answered',
  labelNames: ['node'],
});

/** `timeout`, `connection`, `reply` (Redis refused the command) or `full` (too many under way). */
export const commandFailures = counter({
  name: 'atelier_redis_command_failures_total',
  help: 'Redis commands without a usable answer, by reason',
  labelNames: ['node', 'reason'],
});

export const cacheLookups = counter({
  name: 'atelier_cache_lookups_total',
  help: 'Look-ups in the levels of caches, by result',
  labelNames: ['cache', 'level', 'result'],
});

export const cacheSeconds = secondsHistogram({
  name: 'atelier_cache_redis_seconds',
  help: 'Time of look-ups in the Redis level of caches',
  labelNames: ['cache'],
});
