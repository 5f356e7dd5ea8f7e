import { ConfigError, type ConfigOf } from '@atelier/service-defaults';
import type { redisConfig } from './redis.config.js';
import { RedisLink, type RedisLinkOptions } from './redis-link.js';

/** The link that the configuration asks for; undefined without REDIS_URL. @throws ConfigError for a backup of nothing */
export async function openRedis(
  { REDIS_URL: url, REDIS_BACKUP_URL: backupUrl }: ConfigOf<typeof redisConfig>,
  options: Pick<RedisLinkOptions, 'name' | 'logger'>,
): Promise<RedisLink | undefined> {
  if (url) return RedisLink.open({ ...options, url, backupUrl });
  if (backupUrl) throw new ConfigError(['REDIS_BACKUP_URL: needs REDIS_URL']);
  return undefined;
}
