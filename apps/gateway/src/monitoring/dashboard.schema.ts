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

/** Windows and steps by name, in seconds. */
export const windowSeconds = { '1h': 3_600, '6h': 21_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 } as const;
export const stepSeconds = { '1m': 60, '5m': 300, '15m': 900, '1h': 3_600, '6h': 21_600, '1d': 86_400 } as const;

/** The step of a window where none is asked for. */
export const usualSteps = { '1h': '1m', '6h': '5m', '24h': '1h', '7d': '1h', '30d': '1d' } as const;

const Window = z.enum(['1h', '6h', '24h', '7d', '30d']);
const Step = z.enum(['1m', '5m', '15m', '1h', '6h', '1d']);
const Metric = z.enum([
  'requests',
  'request_errors',
  'error_rate',
  'response_time',
  'response_time_p95',
  'classifications',
  'cache_hit_rate',
  'fallback_rate',
  'confidence',
  'processing_time',
  'jobs',
  'jobs_completed',
  'jobs_failed',
  'generation_time',
  'provider_calls',
  'provider_error_rate',
  'cost',
]);

export const TimeSeriesQuery = z
  .object({ metric: Metric, window: Window.default('24h'), step: Step.optional() })
  .superRefine(({ window, step }, context) => {
    if (!step) return;
    const report = (message: string): void => context.addIssue({ code: 'custom', path: ['step'], message });
    if (stepSeconds[step] > windowSeconds[window]) report('must be no longer than the window');
    if (stepSeconds[step] < 3_600 && windowSeconds[window] > 86_400)
      report('must be an hour or more in windows of more than a day');
  });
export type TimeSeriesQuery = z.output<typeof TimeSeriesQuery>;

export const TimeSeries = z
  .object({
    metric: Metric,
    window: Window,
    step: Step,
    points: z
      .array(
        z.object({
          at: Timestamp.describe('Beginning of the step.'),
          value: z
            .number()
            .nullable()
            .describe(
              'Counts, shares 0..1, milliseconds (response_time, response_time_p95, processing_time), seconds (generation_time) ' +
                'or dollars (cost). Null where an average or a share has nothing to be of.',
            ),
        }),
      )
      .describe('Oldest first; the last one is not complete yet.'),
  })
  .meta({ id: 'TimeSeries' });
export type TimeSeries = z.output<typeof TimeSeries>;

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
