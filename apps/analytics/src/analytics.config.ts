import { type ConfigOf, integer, serviceUrls, usageConfig } from '@atelier/service-defaults';
import { z } from 'zod';

/** Settings of the analytics service. */
export const analyticsConfig = {
  ...usageConfig,
  GENERATION_URL: serviceUrls.GENERATION_URL,
  ALERT_EVALUATION_INTERVAL: integer(15, { max: 3_600 }).describe(
    'Seconds between two evaluations of the alert rules, by one of all replicas; 0 = never.',
  ),
  ALERT_ALLOWED_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''))
    .refine((entries) => entries.every((entry) => /^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(entry)), {
      error: 'must be host:port, separated by commas',
    })
    .describe('host:port of receivers of alerts that need no public address and no TLS; none by default.'),
  TELEGRAM_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .default('https://api.telegram.org')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Bot API of Telegram, or a server of your own that speaks it.'),
  KAFKA_PARTITIONS: integer(6, { min: 1, max: 1_000 }).describe(
    'Partitions of the topic of usage events where analytics makes it: as many replicas can share the work.',
  ),
  KAFKA_REPLICATION_FACTOR: integer(0, { max: 10 }).describe(
    'Copies of each partition of the topics that analytics makes; 0 = the default of the brokers.',
  ),
  USAGE_PROMPTS: z
    .enum(['text', 'hash'], { error: 'must be text or hash' })
    .default('text')
    .describe(
      'How usage events keep prompts: as text, or only as a SHA-256 hash (nothing can be exported for training).',
    ),
  USAGE_RETENTION_DAYS: integer(365, { max: 3_650 }).describe(
    'Days that usage events, logged plans and feedback are kept at least: they go with their month; 0 = for ever. Statistics stay.',
  ),
} as const;

/** The validated settings. */
export type AnalyticsConfig = ConfigOf<typeof analyticsConfig>;
