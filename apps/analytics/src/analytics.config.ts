import { type ConfigOf, integer, usageConfig } from '@atelier/service-defaults';
import { z } from 'zod';

/** Settings of the analytics service. */
export const analyticsConfig = {
  ...usageConfig,
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
    'Days that usage events, logged plans and feedback are kept; 0 = for ever. Statistics stay.',
  ),
} as const;

/** The validated settings. */
export type AnalyticsConfig = ConfigOf<typeof analyticsConfig>;
