import fc from 'fast-check';
import { type Epochs, firstEpoch, periodStart } from './period.js';
import { windowSince } from './window.js';

const base = Date.parse('2026-11-21T00:00:00Z');
const moment = fc.integer({ min: 0, max: 6 * 3_600_000 }).map((ms) => new Date(base + ms));
const now = new Date(base + 6 * 3_600_000);
const epochs: fc.Arbitrary<Epochs> = fc
  .array(moment, { maxLength: 3 })
  .map((later) => [firstEpoch, ...later.toSorted((a, b) => a.getTime() - b.getTime())]);

/** Whether the rows of a window count an event: once, by the row of its minute or of its hour. */
function timesCounted(at: Date, since: Date, all: Epochs): number {
  const { minutesFrom, hoursFrom } = windowSince(since, now, all.at(-1) ?? firstEpoch);
  const minute = periodStart('minute', at, all);
  const hour = periodStart('hour', at, all);
  return Number(hour >= hoursFrom) + Number(minute >= minutesFrom && minute < hoursFrom);
}

it('counts what happened since its minute and since the last reset, once, and nothing else', () => {
  fc.assert(
    fc.property(moment, moment, epochs, (at, since, all) => {
      const reset = all.at(-1) ?? firstEpoch;
      const minute = new Date(Math.floor(since.getTime() / 60_000) * 60_000);
      const start = reset > minute ? reset : minute;
      expect(timesCounted(at, since, all)).toBe(at >= start ? 1 : 0);
    }),
  );
});

it('knows what is older than a week by the hour', () => {
  const since = new Date('2026-11-01T10:20:30Z');
  expect(windowSince(since, now, firstEpoch)).toEqual({
    minutesFrom: new Date('2026-11-01T10:00:00Z'),
    hoursFrom: new Date('2026-11-01T10:00:00Z'),
  });
});

it('has no period that spans two epochs', () => {
  fc.assert(
    fc.property(moment, epochs, fc.constantFrom('minute', 'hour', 'day', 'epoch'), (at, all, grain) => {
      const start = periodStart(grain, at, all);
      expect(start <= at).toBe(true);
      expect(all.filter((epoch) => epoch > start && epoch <= at)).toEqual([]);
    }),
  );
});
