import { z } from 'zod';
import { Timestamp } from '../http/schemas.js';

const Part = z.object({
  name: z.string(),
  status: z.enum(['up', 'down']),
  latency_ms: z.number(),
  service_version: z.string().optional().describe('Which version answered; services only.'),
});

export const Health = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    version: z.string(),
    uptime_seconds: z.number(),
    timestamp: Timestamp,
    services: z.record(z.string(), z.enum(['up', 'down'])),
  })
  .meta({ id: 'Health' });
export type Health = z.output<typeof Health>;

export const DetailedHealth = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    version: z.string(),
    uptime_seconds: z.number(),
    timestamp: Timestamp,
    services: z.array(Part),
    stores: z.array(Part),
    broker: z.object({ kind: z.string(), status: z.enum(['up', 'down']), waiting_events: z.int() }),
    providers: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['up', 'degraded', 'down', 'disabled']),
        sandbox: z.boolean(),
        error_rate: z.number(),
        latency_ms: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'DetailedHealth' });
export type DetailedHealth = z.output<typeof DetailedHealth>;

export const CacheHealth = z
  .object({
    timestamp: Timestamp,
    levels: z.array(
      z.object({
        level: z.string(),
        hits: z.int(),
        misses: z.int(),
        hit_rate: z.number(),
        avg_latency_ms: z.number().nullable(),
      }),
    ),
    redis: z
      .object({
        serving: z.enum(['primary', 'backup', 'away']),
        nodes: z.array(
          z.object({
            name: z.enum(['primary', 'backup']),
            status: z.enum(['up', 'down']),
            commands: z.int().describe('Answered in time.'),
            failures: z.int(),
            avg_latency_ms: z.number(),
          }),
        ),
      })
      .nullable()
      .describe('What gateways share; null when this one works alone.'),
  })
  .meta({ id: 'CacheHealth' });
export type CacheHealth = z.output<typeof CacheHealth>;

export const Readiness = z.object({ status: z.enum(['ready', 'not_ready']) });
export const Liveness = z.object({ status: z.literal('alive') });
