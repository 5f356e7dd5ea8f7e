/** How much time a rollup row covers: a minute, an hour or a day of UTC, or everything between two resets (an epoch). */
export type Grain = 'epoch' | 'day' | 'hour' | 'minute';

const lengthsMs = { day: 86_400_000, hour: 3_600_000, minute: 60_000 } as const;

/** Begins with the clock; the only epoch until statistics are reset. */
export const firstEpoch = new Date(0);

/** Beginnings of epochs, earliest first. */
export type Epochs = readonly Date[];

/** Beginning of the period that a moment falls into. No period spans two epochs: it begins again where an epoch does. */
export function periodStart(grain: Grain, at: Date, epochs: Epochs = [firstEpoch]): Date {
  const epoch = epochs.findLast((start) => start <= at) ?? firstEpoch;
  if (grain === 'epoch') return epoch;
  const full = fullPeriod(grain, at);
  return full < epoch ? epoch : full;
}

/** Beginning of the full minute, hour or day that holds a moment. */
export function fullPeriod(grain: Exclude<Grain, 'epoch'>, at: Date): Date {
  const length = lengthsMs[grain];
  return new Date(Math.floor(at.getTime() / length) * length);
}

/** The first full minute, hour or day that begins at a moment or after it. */
export function nextPeriod(grain: Exclude<Grain, 'epoch'>, at: Date): Date {
  const length = lengthsMs[grain];
  return new Date(Math.ceil(at.getTime() / length) * length);
}
