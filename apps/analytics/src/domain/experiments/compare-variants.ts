import { alwaysValid, normalPValue } from './always-valid.js';
import { type ExperimentMetric, isMoreBetter, isShare } from './metrics.js';
import { logRatioVariance, type RatioSample } from './ratio-sample.js';

/** A variant compared with the control by one metric. `lift` 0.1 is ten percent more; the interval is one of 95 %. */
export interface Comparison {
  readonly lift: number;
  readonly liftLow: number;
  readonly liftHigh: number;
  readonly pValue: number;
  readonly verdict: 'better' | 'worse' | 'undecided';
}

/** Effects that are expected, as the standard deviation of the logarithm of the ratio: about a tenth. */
const spread = 0.1;
export const alpha = 0.05;
/** Below, sums over users are not yet normal enough for what is computed from them. */
const leastUsers = 100;
/** Likewise for cases that are so, and for those that are not. */
const leastCases = 30;

/** Compares two samples; undefined while there are too few cases to say anything. */
export function compareSamples(
  metric: ExperimentMetric,
  control: RatioSample,
  variant: RatioSample,
): Comparison | undefined {
  if (![control, variant].every((sample) => isEnough(sample, isShare[metric]))) return undefined;
  const variance = logRatioVariance(control) + logRatioVariance(variant);
  if (!(variance > 0)) return undefined;
  const value = Math.log(variant.y / variant.x) - Math.log(control.y / control.x);
  const { low, high, pValue } = alwaysValid({ value, variance }, spread, alpha);
  const isMore = low > 0;
  const isDecided = isMore || high < 0;
  return {
    lift: Math.expm1(value),
    liftLow: Math.expm1(low),
    liftHigh: Math.expm1(high),
    pValue,
    verdict: isDecided ? (isMore === isMoreBetter[metric] ? 'better' : 'worse') : 'undecided',
  };
}

function isEnough({ users, y, x }: RatioSample, share: boolean): boolean {
  if (users < leastUsers || !(x > 0) || !(y > 0)) return false;
  return !share || (y >= leastCases && x - y >= leastCases);
}

/** p-value of users being shared out as wanted (chi-square with one degree of freedom). */
export function sampleRatioPValue(controlUsers: number, variantUsers: number, share: number): number {
  const users = controlUsers + variantUsers;
  if (users === 0) return 1;
  const deviation = variantUsers - users * share;
  return normalPValue(deviation / Math.sqrt(users * share * (1 - share)));
}
