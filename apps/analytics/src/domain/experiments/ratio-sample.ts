/**
 * Sums over the users of a variant who have cases: `y` is what a user adds to the numerator, `x` to the denominator. Users,
 * not cases, are what was assigned at random, so they are what varies independently.
 */
export interface RatioSample {
  readonly users: number;
  readonly y: number;
  readonly x: number;
  readonly yy: number;
  readonly xx: number;
  readonly xy: number;
}

/** Nobody. */
export const emptySample: RatioSample = { users: 0, y: 0, x: 0, yy: 0, xx: 0, xy: 0 };

/** The sample with one more user, or with another change of the same form. */
export function addToSample(sample: RatioSample, more: RatioSample): RatioSample {
  return {
    users: sample.users + more.users,
    y: sample.y + more.y,
    x: sample.x + more.x,
    yy: sample.yy + more.yy,
    xx: sample.xx + more.xx,
    xy: sample.xy + more.xy,
  };
}

/** What one user adds. */
export function ofUser(y: number, x: number): RatioSample {
  return { users: 1, y, x, yy: y * y, xx: x * x, xy: x * y };
}

/** The ratio of the sums; undefined without cases. */
export function ratioOf({ y, x }: RatioSample): number | undefined {
  return x > 0 ? y / x : undefined;
}

/**
 * Variance of the logarithm of the ratio by the delta method, which takes into account that the cases of one user belong
 * together (Deng, Knoblich, Lu 2018, https://arxiv.org/abs/1803.06336).
 */
export function logRatioVariance(sample: RatioSample): number {
  const { users: n, y, x } = sample;
  const ratio = y / x;
  const [meanY, meanX] = [y / n, x / n];
  const covariance = (sum: number, a: number, b: number): number => (sum - n * a * b) / (n - 1);
  const spread =
    covariance(sample.yy, meanY, meanY) -
    2 * ratio * covariance(sample.xy, meanX, meanY) +
    ratio * ratio * covariance(sample.xx, meanX, meanX);
  return Math.max(0, spread) / (n * meanX * meanX) / (ratio * ratio);
}
