import { z } from 'zod';
import { Dollars, Timestamp } from '../http/schemas.js';

export const EnhancedMetrics = z
  .object({
    classifications: z.int(),
    cache_hits: z.int(),
    fallbacks: z.int(),
    errors: z.int(),
    corrections: z.int(),
    cache_hit_rate: z.number(),
    error_rate: z.number(),
    fallback_rate: z.number(),
    avg_confidence: z.number(),
    avg_processing_time_ms: z.number(),
    by_workflow: z.record(z.string(), z.int()),
    by_source: z.record(z.string(), z.int()),
    usage: z
      .object({
        requests_this_minute: z.int(),
        requests_this_hour: z.int(),
        cost_this_hour: Dollars.nullable(),
        minute_limit: z.int(),
        hour_limit: z.int(),
        cost_limit: Dollars.nullable(),
      })
      .describe('The caller’s own; costs are null while the ledger can’t be read.'),
  })
  .meta({ id: 'EnhancedMetrics' });
export type EnhancedMetrics = z.output<typeof EnhancedMetrics>;

export const EnhancedHealth = z
  .object({
    timestamp: Timestamp,
    ai_classification: z.object({
      status: z.enum(['healthy', 'degraded']),
      success_rate: z.number(),
      fallback_rate: z.number(),
      avg_processing_time: z.number().describe('Seconds.'),
      total_requests: z.int(),
    }),
    model_availability: z.record(z.string(), z.enum(['available', 'degraded', 'unavailable'])),
    cache_status: z.enum(['healthy', 'degraded']),
    overall_status: z.enum(['healthy', 'degraded']),
  })
  .meta({ id: 'EnhancedHealth' });
export type EnhancedHealth = z.output<typeof EnhancedHealth>;
