import { redisConfig } from '@atelier/redis';
import { safeFetchSettings } from '@atelier/safe-fetch';
import { type ConfigShape, integer } from '@atelier/service-defaults';

/** Variables of the presets service. */
export const presetsConfig = {
  ...redisConfig,
  ALLOWED_IMAGE_HOSTS: safeFetchSettings.ALLOWED_IMAGE_HOSTS,
  SESSION_CACHE_TTL: integer(600, { min: 1 }).describe(
    'Seconds that sessions and preferences are kept in memory and in Redis; changes are seen at once.',
  ),
} as const satisfies ConfigShape;
