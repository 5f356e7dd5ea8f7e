/** How much time a rollup row covers: an hour or a day of UTC, or everything since the last reset (an epoch). */
export type Grain = 'epoch' | 'day' | 'hour';

const lengthsMs = { day: 86_400_000, hour: 3_600_000 } as const;

/** Statistics have not been reset yet: the only epoch begins with the clock. */
export const firstEpoch = new Date(0);

/** Beginning of the period that a moment falls into. */
export function periodStart(grain: Grain, at: Date): Date {
  if (grain === 'epoch') return firstEpoch;
  const length = lengthsMs[grain];
  return new Date(Math.floor(at.getTime() / length) * length);
}
