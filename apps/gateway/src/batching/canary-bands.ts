/** Which band a bucket is in; calls of one band go to the same version whatever weight the canary has. */
export type BandOf = (canaryBucket: string | undefined) => string;

/**
 * Bands between the weights that a canary may have, in percent: with 1, 10 and 50 the buckets 0–49, 50–89, 90–98 and 99.
 * A canary of weight w takes the buckets from 100 - w on, so no weight of the list cuts a band in two. Without weights
 * there is one band. Calls without a bucket are drawn at random where the versions part: they are a band of their own.
 */
export function canaryBands(weights: readonly number[]): BandOf {
  if (weights.length === 0) return () => '';
  const boundaries = weights.map((weight) => 100 - weight);
  const names = Array.from({ length: 100 }, (_, bucket) =>
    String(boundaries.filter((boundary) => boundary <= bucket).length),
  );
  return (canaryBucket) => (canaryBucket === undefined ? 'none' : (names[Number(canaryBucket)] ?? 'none'));
}
