import { assetStorageConfig } from '@atelier/asset-storage';
import { redisConfig } from '@atelier/redis';
import { safeFetchSettings } from '@atelier/safe-fetch';
import { commonConfig, type ConfigOf, decimal, flag, integer, secret, serviceUrls } from '@atelier/service-defaults';
import { z } from 'zod';
import { maxLimit } from './limits/bucket.js';

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const origins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
  .pipe(
    z.array(
      httpUrl().refine((origin) => URL.parse(origin)?.origin === origin, 'must be an origin like https://app.example'),
    ),
  );

/** `1,10,50`: whole percentages. */
const percentages = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^([1-9]\d?|100)$/, 'must be whole percentages from 1 to 100, separated by commas')
        .transform(Number),
    ),
  );

const requestLimit = (fallback: number, min = 0) => integer(fallback, { min, max: maxLimit });

/** Settings of the gateway. */
export const gatewayConfig = {
  ...serviceUrls,
  ...redisConfig,
  HOST: commonConfig.HOST,
  PORT: integer(3000, { max: 65_535 }).describe('Port of the REST gateway; 0 = any free one.'),
  PUBLIC_URL: httpUrl()
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('Address under which clients reach the gateway; makes file links absolute.'),
  ...assetStorageConfig,
  ADMIN_API_KEY: secret()
    .pipe(z.string().min(32, 'must have at least 32 characters').optional())
    .describe(
      'Administrator key of your own, any form, at least 32 characters. Unset: one is made at the first start.',
    ),
  API_KEY_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9]{1,12}$/, 'must be 1 to 12 lower-case letters or digits')
    .default('live')
    .describe('The <env> in atl_<env>_… of new API keys.'),
  JWT_SECRET: secret()
    .pipe(z.string().min(32, 'must have at least 32 characters').optional())
    .describe('Accepts JWTs signed with this HS256 secret of at least 32 characters.'),
  JWKS_URL: httpUrl().optional().describe('Accepts JWTs signed with a key of this JSON Web Key Set, never HS256.'),
  JWT_ISSUER: z.string().optional().describe('Required `iss` of a JWT.'),
  JWT_AUDIENCE: z.string().optional().describe('Required `aud` of a JWT.'),
  JWT_ADMIN_CLAIM: z
    .string()
    .default('role')
    .describe('Claim (dotted path) that makes an administrator when it is or holds `admin`.'),
  RATE_LIMIT_REQUESTS_PER_MINUTE: requestLimit(100, 1).describe('Requests a user may send in a minute.'),
  RATE_LIMIT_REQUESTS_PER_HOUR: requestLimit(1000, 1).describe('Requests a user may send in an hour.'),
  RATE_LIMIT_KEY_REQUESTS_PER_MINUTE: requestLimit(0).describe('Requests with one API key in a minute; 0 = no limit.'),
  RATE_LIMIT_KEY_REQUESTS_PER_HOUR: requestLimit(0).describe('Requests with one API key in an hour; 0 = no limit.'),
  RATE_LIMIT_ENDPOINT_REQUESTS_PER_MINUTE: requestLimit(0).describe(
    'Requests for one endpoint by everybody together in a minute; 0 = no limit.',
  ),
  RATE_LIMIT_ENDPOINT_REQUESTS_PER_HOUR: requestLimit(0).describe(
    'Requests for one endpoint by everybody together in an hour; 0 = no limit.',
  ),
  RATE_LIMIT_GLOBAL_REQUESTS_PER_MINUTE: requestLimit(0).describe(
    'Requests by everybody together in a minute; 0 = no limit.',
  ),
  RATE_LIMIT_GLOBAL_REQUESTS_PER_HOUR: requestLimit(0).describe(
    'Requests by everybody together in an hour; 0 = no limit.',
  ),
  ...safeFetchSettings,
  MAX_IMAGE_BYTES: integer(25 * 1024 * 1024, { min: 1 }).describe('Largest image in bytes.'),
  MAX_IMAGE_PIXELS: integer(50_000_000, { min: 1 }).describe('Largest image in pixels, all frames together.'),
  STATS_CACHE_TTL: integer(300).describe(
    'Seconds that costs, and figures over more than an hour, are answered from the cache; 0 = always fresh. The dashboard always is.',
  ),
  SESSION_CACHE_TTL: integer(600, { min: 1 }).describe(
    'Seconds that sessions and preferences are kept in memory and in Redis; changes are seen at once.',
  ),
  AI_CLASSIFICATION_ENABLED: flag(true).describe('Off: everybody gets classic keyword routing.'),
  AI_CLASSIFICATION_ROLLOUT_PERCENTAGE: integer(100, { max: 100 }).describe(
    'Share of users that get AI classification; a user always sees the same way.',
  ),
  WEB_SEARCH_TIMEOUT: decimal(8, { min: 0.1 }).describe('Seconds that a web search may take; no plan waits longer.'),
  MAX_CONCURRENT_REQUESTS: integer(2_000).describe(
    'Requests that one gateway answers at the same time, streams aside; more are refused with a wait. 0 = no limit.',
  ),
  MAX_EVENT_LOOP_DELAY_MS: integer(500).describe(
    'Mean delay of the event loop in milliseconds beyond which new work is refused with a wait. 0 = no limit.',
  ),
  CANARY_STEPS: percentages.describe(
    'Weights in percent that a canary of any service may have, separated by commas: calls of users on different sides of one travel in different batches. Unset: no canary runs.',
  ),
  CORS_ORIGINS: origins.describe('Origins of front ends on other hosts, separated by commas; none by default.'),
  FILES_SECRET: secret()
    .pipe(z.string().min(32, 'must have at least 32 characters').optional())
    .describe('Signs file links; the same for all gateways. Unset: made once and kept in DATA_DIR.'),
  AUDIT_RETENTION_DAYS: integer(730, { max: 36_500 }).describe('Days that the audit log is kept; 0 = for ever.'),
  EXPORT_TIMEOUT: integer(900, { min: 10, max: 1_800 }).describe('Seconds that sending all data of a user may take.'),
  DELETION_SETTLE_TIME: integer(120, { max: 86_400 }).describe(
    'Seconds after which the last round of a deletion takes away what was still on its way, at the earliest.',
  ),
  FILES_LINK_TTL: integer(86_400, { min: 60 }).describe('Seconds that a file link stays valid at least.'),
} as const;

/** The validated settings. */
export type GatewayConfig = ConfigOf<typeof gatewayConfig>;
