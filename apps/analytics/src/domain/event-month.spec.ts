import { v7 as uuidv7 } from 'uuid';
import { eventMonth, firstIdAt, timeOfId } from './event-month.js';

it('holds every id of its month and no other', () => {
  const month = eventMonth(new Date('2026-11-21T12:00:00Z'));
  const isIn = (time: string): boolean => {
    const id = uuidv7({ msecs: Date.parse(time) });
    return id >= month.fromId && id < month.toId;
  };
  expect(month.name).toBe('2026_11');
  expect(isIn('2026-11-01T00:00:00.000Z')).toBe(true);
  expect(isIn('2026-11-30T23:59:59.999Z')).toBe(true);
  expect(isIn('2026-10-31T23:59:59.999Z')).toBe(false);
  expect(isIn('2026-12-01T00:00:00.000Z')).toBe(false);
});

it('goes over the end of a year without a gap', () => {
  const december = new Date('2026-12-31T23:00:00Z');
  expect(eventMonth(december, 1).name).toBe('2027_01');
  expect(eventMonth(december, 1).fromId).toBe(eventMonth(december).toId);
});

it('is read back from an id', () => {
  const time = new Date('2026-11-21T12:00:00.123Z');
  expect(timeOfId(firstIdAt(time))).toEqual(time);
  expect(timeOfId(uuidv7({ msecs: time.getTime() }))).toEqual(time);
});
