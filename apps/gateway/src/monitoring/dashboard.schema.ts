import { z } from 'zod';
import { Dollars, Timestamp } from '../http/schemas.js';
import { ClassificationStats, SystemStats, UsageStats } from './monitoring.schema.js';

export const RecentErrorsQuery = z.object({
  limit: z.coerce.number<string>().int().min(1).max(200).default(50),
});
export type RecentErrorsQuery = z.output<typeof RecentErrorsQuery>;

export const RecentErrors = z
  .object({
    errors: z.array(
      z.object({
        at: Timestamp,
        service: z.string(),
        code: z.string(),
        message: z.string(),
        request_id: z.string().nullable(),
        path: z.string().describe('Route pattern, or what failed elsewhere.'),
      }),
    ),
  })
  .meta({ id: 'RecentErrors' });
export type RecentErrors = z.output<typeof RecentErrors>;

export const CostsQuery = z.object({
  group_by: z.enum(['user', 'model', 'provider', 'workflow', 'day']).default('day'),
});
export type CostsQuery = z.output<typeof CostsQuery>;

const CostGroup = z
  .object({
    key: z.string().describe('Name of the group; days as YYYY-MM-DD; empty where nobody or nothing was named.'),
    generations: z.int().describe('Generations that ended.'),
    successes: z.int().describe('Those that ended well.'),
    total_cost: Dollars,
    avg_cost: z.number().nullable().describe('US dollars for each generation that ended; null without any.'),
  })
  .meta({ id: 'CostGroup' });

export const CostStats = z
  .object({
    group_by: z.enum(['user', 'model', 'provider', 'workflow', 'day']),
    total_cost: Dollars.describe('US dollars of all groups, also of those that are not listed.'),
    groups: z.array(CostGroup).describe('The dearest 100, or the latest 100 days.'),
  })
  .meta({ id: 'CostStats' });
export type CostStats = z.output<typeof CostStats>;

const Target = z
  .object({
    name: z.string(),
    target: z.number(),
    direction: z.enum(['above', 'below']).describe('Where the value must be.'),
    value: z.number().nullable().describe('Null where nothing is known.'),
    met: z.boolean().nullable(),
  })
  .meta({ id: 'Target' });

export const Dashboard = z
  .object({
    system: SystemStats,
    usage: UsageStats,
    uptime_formatted: z.string().describe('H:MM:SS'),
    recent_activity: z
      .array(
        z.object({
          type: z.enum(['image', 'video', 'workflow', 'playground']),
          status: z.string(),
          title: z.string(),
          at: Timestamp,
          id: z.string(),
        }),
      )
      .describe('Newest first; a generation or job is shown once.'),
    popular_presets: z
      .array(z.object({ id: z.string(), name: z.string(), uses: z.int() }))
      .describe('Of the last 30 days.'),
    classification: ClassificationStats,
    costs: z.object({
      total_cost: Dollars,
      today_cost: Dollars.describe('Of the current day of UTC.'),
      by_provider: z.array(CostGroup),
      by_workflow: z.array(CostGroup),
      by_model: z.array(CostGroup).describe('The dearest 10.'),
    }),
    providers: z
      .array(
        z.object({
          provider: z.string(),
          status: z.string().nullable().describe('Null where it is not known.'),
          circuit_state: z.string().nullable(),
          calls: z.int(),
          failures: z.int(),
          error_rate: z.number(),
          avg_response_time: z.number().describe('Milliseconds.'),
          p95_response_time: z.number().describe('Milliseconds.'),
        }),
      )
      .describe('Calls of the last 24 hours.'),
    targets: z.object({
      success: z.array(Target).describe('Of the last 24 hours. Shares 0..1, seconds.'),
      business: z.array(Target).describe('Since the last reset; changes against the classic way, 0.2 is 20 % more.'),
    }),
    reset_at: Timestamp.nullable().describe('Since when is counted; null when nothing was ever reset.'),
    timestamp: Timestamp,
  })
  .meta({ id: 'Dashboard' });
export type Dashboard = z.output<typeof Dashboard>;

export const NoBody = z.strictObject({}).optional();

export const StatsReset = z.object({ success: z.literal(true), reset_at: Timestamp }).meta({ id: 'StatsReset' });
export type StatsReset = z.output<typeof StatsReset>;
