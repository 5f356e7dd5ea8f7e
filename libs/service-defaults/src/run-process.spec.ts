import { longestStopMs } from './run-process.js';

it('lets a process drain for as long as it was allowed to', () => {
  expect(longestStopMs({ SHUTDOWN_GRACE: '60' })).toBe(63_000);
});

it('ends within ten seconds where nobody says otherwise', () => {
  expect(longestStopMs({})).toBe(8_000);
  expect(longestStopMs({ SHUTDOWN_GRACE: '' })).toBe(8_000);
});
