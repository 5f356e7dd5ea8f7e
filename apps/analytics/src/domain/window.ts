import { fullPeriod, nextPeriod } from './period.js';

/** Rows of minutes are read and kept so long, in milliseconds: what is older is known by the hour. */
export const minutesReadMs = 7.5 * 86_400_000;

/** The rows of a rollup that make up a time: those of minutes up to the first full hour, and those of hours from there. */
export interface StatsWindow {
  readonly minutesFrom: Date;
  readonly hoursFrom: Date;
}

/**
 * From the minute that holds the start; from the full hour where the minutes are gone. An epoch that begins later is the
 * start, to the millisecond, because periods are cut where it begins.
 */
export function windowSince(since: Date, now: Date, epoch: Date): StatsWindow {
  const isOld = since.getTime() < now.getTime() - minutesReadMs;
  const full = fullPeriod(isOld ? 'hour' : 'minute', since);
  const minutesFrom = epoch > full ? epoch : full;
  return { minutesFrom, hoursFrom: nextPeriod('hour', minutesFrom) };
}
