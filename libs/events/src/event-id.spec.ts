import { validate, version } from 'uuid';
import { newEventId } from './event-id.js';

it('never gives an id twice, across refills of its randomness', () => {
  const ids = Array.from({ length: 2_000 }, newEventId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
});
