import { secret } from '@atelier/service-defaults';
import { z } from 'zod';

// A secret: the address holds the password.
const redisUrl = () =>
  secret().pipe(z.url({ protocol: /^rediss?$/, error: 'must be a redis or rediss URL' }).optional());

/** Where Redis is, for every service that uses it. */
export const redisConfig = {
  REDIS_URL: redisUrl().describe(
    'redis:// or rediss:// URL of what processes share: request counts, plans, bought answers. Unset: each has its own.',
  ),
  REDIS_BACKUP_URL: redisUrl().describe(
    'A second, writable Redis, used while the first does not answer and until it has answered for a minute.',
  ),
} as const;
