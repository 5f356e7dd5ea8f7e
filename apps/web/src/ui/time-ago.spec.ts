import { formatAgo } from './time-ago.js';

const now = Date.parse('2026-11-21T12:00:00Z');

it.each([
  ['2026-11-21T12:00:05Z', 'just now'],
  ['2026-11-21T11:59:10Z', 'just now'],
  ['2026-11-21T11:59:00Z', '1 minute ago'],
  ['2026-11-21T10:00:01Z', '1 hour ago'],
  ['2026-11-20T11:00:00Z', 'yesterday'],
  ['2026-11-01T12:00:00Z', '20 days ago'],
])('says how long ago %s was', (iso, said) => {
  expect(formatAgo(iso, now)).toBe(said);
});
