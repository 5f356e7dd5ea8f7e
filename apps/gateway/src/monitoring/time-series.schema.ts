import { z } from 'zod';
import { Timestamp } from '../http/schemas.js';

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
  'response_time_p50',
  'response_time_p95',
  'classifications',
  'classified_by_cache',
  'classified_by_local',
  'classified_by_llm',
  'classified_by_fallback',
  'classified_by_classic',
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

const steps = { window: Window.default('24h'), step: Step.optional() };

export const TimeSeriesQuery = z.object({ metric: Metric, ...steps }).superRefine(checkStep);
export type TimeSeriesQuery = z.output<typeof TimeSeriesQuery>;

const Points = z
  .array(
    z.object({
      at: Timestamp.describe('Beginning of the step.'),
      value: z
        .number()
        .nullable()
        .describe(
          'Counts, shares 0..1, milliseconds (response_time and its percentiles, processing_time), seconds (generation_time) ' +
            'or dollars (cost). Null where an average or a share has nothing to be of.',
        ),
    }),
  )
  .describe('Oldest first; the last one is not complete yet.');

export const TimeSeries = z
  .object({ metric: Metric, window: Window, step: Step, points: Points })
  .meta({ id: 'TimeSeries' });
export type TimeSeries = z.output<typeof TimeSeries>;

const mostSeries = 30;

export const SeveralSeriesQuery = z
  .object({
    metrics: z
      .string()
      .describe(`Names of metrics, at most ${mostSeries}, with commas between them.`)
      .transform((names) => names.split(','))
      .pipe(z.array(Metric).max(mostSeries)),
    ...steps,
  })
  .superRefine(checkStep);
export type SeveralSeriesQuery = z.output<typeof SeveralSeriesQuery>;

export const SeveralSeries = z
  .object({
    window: Window,
    step: Step,
    series: z.array(z.object({ metric: Metric, points: Points })).describe('As they were asked for.'),
  })
  .meta({ id: 'SeveralSeries' });
export type SeveralSeries = z.output<typeof SeveralSeries>;

function checkStep(
  { window, step }: { window: keyof typeof windowSeconds; step?: keyof typeof stepSeconds | undefined },
  context: z.RefinementCtx,
): void {
  if (!step) return;
  const report = (message: string): void => context.addIssue({ code: 'custom', path: ['step'], message });
  if (stepSeconds[step] > windowSeconds[window]) report('must be no longer than the window');
  if (stepSeconds[step] < 3_600 && windowSeconds[window] > 86_400)
    report('must be an hour or more in windows of more than a day');
}
