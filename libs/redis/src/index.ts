export type { CacheLevelFigures } from './cache-level.js';
export type { RedisState } from './node-health.js';
export { openRedis } from './open-redis.js';
export type { Codec } from './redis-cache-level.js';
export { redisConfig } from './redis.config.js';
export { RedisLink, type RedisLinkOptions, type RedisNodeReport } from './redis-link.js';
export { RedisUnavailableError } from './redis-node.js';
export { RedisScript } from './redis-script.js';
export { TwoLevelCache, type Cached, type TwoLevelCacheOptions } from './two-level-cache.js';
