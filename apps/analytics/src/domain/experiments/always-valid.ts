/** An estimate and its variance. */
export interface Estimate {
  readonly value: number;
  readonly variance: number;
}

/** What holds however often one looks. */
export interface AlwaysValid {
  readonly low: number;
  readonly high: number;
  /** Of the true value being 0. */
  readonly pValue: number;
}

/**
 * The mixture sequential probability ratio test of Robbins with a normal mixture over the true value, and the confidence
 * sequence that inverts it (Johari, Koomen, Pekelis, Walsh 2022, https://doi.org/10.1287/opre.2021.2135). The chance that
 * the interval ever leaves the true value out, or that the p-value ever falls below alpha while that is 0, is at most alpha:
 * looking every day costs nothing. `spread` is the standard deviation of the mixture: the size of effects that are expected.
 * It must not depend on the data.
 */
export function alwaysValid({ value, variance }: Estimate, spread: number, alpha: number): AlwaysValid {
  const mixture = spread * spread;
  const total = variance + mixture;
  const logRatio = 0.5 * Math.log(variance / total) + (mixture * value * value) / (2 * variance * total);
  const half = Math.sqrt(((2 * variance * total) / mixture) * (0.5 * Math.log(total / variance) - Math.log(alpha)));
  return { low: value - half, high: value + half, pValue: Math.min(1, Math.exp(-logRatio)) };
}

/** Two-sided p-value of a standard normal deviate (Numerical Recipes, erfcc: relative error below 1.2e-7). */
export function normalPValue(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  return Math.min(1, t * Math.exp(-x * x + polynomial));
}
