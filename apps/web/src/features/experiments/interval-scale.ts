/** What an interval needs to be drawn. */
export interface Interval {
  readonly lift: number;
  readonly low: number;
  readonly high: number;
}

/** Where an interval stands on a scale from −limit to +limit, in percent of its width. */
export interface PlacedInterval {
  readonly left: number;
  readonly width: number;
  readonly middle: number;
  /** The interval goes on beyond the scale. */
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

const limits = [0.05, 0.1, 0.2, 0.5, 1];

/** One scale for all intervals, so that they can be compared; the widest may be cut at ±100 %. */
export function scaleLimit(intervals: readonly Interval[]): number {
  const most = Math.max(0, ...intervals.flatMap(({ low, high, lift }) => [low, high, lift].map(Math.abs)));
  return limits.find((limit) => most <= limit) ?? 1;
}

export function placeInterval({ lift, low, high }: Interval, limit: number): PlacedInterval {
  const at = (value: number): number => 50 + (50 * Math.min(limit, Math.max(-limit, value))) / limit;
  return {
    left: at(low),
    width: at(high) - at(low),
    middle: at(lift),
    cutLeft: low < -limit,
    cutRight: high > limit,
  };
}
