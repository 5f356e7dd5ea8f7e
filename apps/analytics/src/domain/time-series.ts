/** Figures that can be followed over time. */
export const timeSeriesMetrics = [
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
] as const;

/** A figure that can be followed over time. */
export type TimeSeriesMetric = (typeof timeSeriesMetrics)[number];

/** Steps of one length, the last of which holds now. */
export interface TimeSteps {
  /** Beginning of the first step. */
  readonly from: Date;
  readonly stepMs: number;
  readonly count: number;
}

/** A step and its figure; undefined where an average or a share has nothing to be of. */
export interface TimePoint {
  readonly at: Date;
  readonly value: number | undefined;
}

const minuteS = 60;
const hourS = 3_600;
const dayS = 86_400;
const mostSteps = 1_500;
const longestWindowS = 30 * dayS;

/** What is wrong with a window and its step (seconds), by field; empty when nothing is. */
export function timeStepProblems(windowS: number, stepS: number): { field: string; message: string }[] {
  if (!(windowS >= minuteS && windowS <= longestWindowS))
    return [{ field: 'window_s', message: `must be ${minuteS} to ${longestWindowS}` }];
  if (!(stepS >= minuteS && stepS <= windowS) || stepS % minuteS !== 0)
    return [{ field: 'step_s', message: 'must be a multiple of a minute and no longer than the window' }];
  // Rows of minutes would be too many.
  if (stepS % hourS !== 0 && windowS > dayS)
    return [{ field: 'step_s', message: 'must be a multiple of an hour in windows of more than a day' }];
  if (windowS / stepS > mostSteps) return [{ field: 'step_s', message: `must give at most ${mostSteps} steps` }];
  return [];
}

/** The steps of a window that ends now. */
export function timeStepsOf(windowS: number, stepS: number, now: Date): TimeSteps {
  const stepMs = stepS * 1000;
  const count = Math.ceil(windowS / stepS);
  const last = Math.floor(now.getTime() / stepMs) * stepMs;
  return { from: new Date(last - (count - 1) * stepMs), stepMs, count };
}

/** One point for each step: those without rows are zero, or nothing where the figure is an average or a share. */
export function fillSteps(
  { from, stepMs, count }: TimeSteps,
  found: ReadonlyMap<number, number>,
  empty: 0 | undefined,
): TimePoint[] {
  return Array.from({ length: count }, (_, index) => {
    const ms = from.getTime() + index * stepMs;
    return { at: new Date(ms), value: found.get(ms) ?? empty };
  });
}
