/**
 * Counts by duration on a fixed logarithmic scale, so histograms of any periods and processes add up and their percentiles
 * stay right. Bucket `i` ends at 100 µs × 2^(i/4): each is 19 % wider than the one before, 0.1 ms to 48 minutes.
 * An array ends with its last occupied bucket.
 */
export type LatencyHistogram = readonly number[];

const firstBoundUs = 100;
const bucketsPerDoubling = 4;
const lastBucket = 96;

/** Bucket of a duration in microseconds; what is longer than the scale goes into the last one. */
export function bucketOf(durationUs: number): number {
  if (durationUs <= firstBoundUs) return 0;
  return Math.min(lastBucket, Math.ceil(Math.log2(durationUs / firstBoundUs) * bucketsPerDoubling));
}

/** Longest duration of a bucket in microseconds. */
export function upperBoundUs(bucket: number): number {
  return firstBoundUs * 2 ** (bucket / bucketsPerDoubling);
}

/** Adds a duration in microseconds, in place. */
export function observe(histogram: number[], durationUs: number): void {
  const bucket = bucketOf(durationUs);
  while (histogram.length <= bucket) histogram.push(0);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds histograms up. */
export function addHistograms(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const sum: number[] = [];
  for (const histogram of histograms)
    for (const [bucket, count] of histogram.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}

/**
 * The duration in microseconds that `share` (0..1) of all observations do not exceed, interpolated inside its bucket and
 * so at most 19 % off; 0 without observations.
 */
export function percentileUs(histogram: LatencyHistogram, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const rank = Math.max(1, Math.ceil(total * share));
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (below + count >= rank) {
      const lower = bucket === 0 ? 0 : upperBoundUs(bucket - 1);
      return lower + (upperBoundUs(bucket) - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return upperBoundUs(lastBucket);
}
