import { redisConfig } from '@atelier/redis';
import { DEFAULT_IMAGE_HOSTS, type HostRules, parseHostRules } from '@atelier/safe-fetch';
import { type ConfigShape, integer } from '@atelier/service-defaults';
import { z } from 'zod';

const hostRules = z
  .string()
  .default(DEFAULT_IMAGE_HOSTS.join(','))
  .transform((text, context): HostRules => {
    try {
      return parseHostRules(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof RangeError ? error.message : 'is no list of hosts',
      });
      return z.NEVER;
    }
  });

/** Variables of the presets service. */
export const presetsConfig = {
  ...redisConfig,
  ALLOWED_IMAGE_HOSTS: hostRules.describe(
    'Hosts (with their sub-domains) that image URLs may name beside own assets; * = any public host.',
  ),
  SESSION_CACHE_TTL: integer(600, { min: 1 }).describe(
    'Seconds that sessions and preferences are kept in memory and in Redis; changes are seen at once.',
  ),
} as const satisfies ConfigShape;
