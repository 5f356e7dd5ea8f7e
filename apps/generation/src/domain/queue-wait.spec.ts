import { estimateWaitMs } from './queue-wait.js';

const ahead = { count: 0, workMs: 0, running: 0, runningMs: 0, paused: false };

it.each([
  ['nothing while a place is free', { ...ahead, count: 1, workMs: 10_000, running: 2, runningMs: 20_000 }, 4, 0],
  [
    'what runs, half done, and what comes before',
    { ...ahead, count: 3, workMs: 30_000, running: 4, runningMs: 40_000 },
    4,
    12_500,
  ],
  ['by the places of all processes', { ...ahead, count: 3, workMs: 30_000, running: 10, runningMs: 100_000 }, 4, 8_000],
  ['nobody knows how long while it is paused', { ...ahead, count: 3, workMs: 30_000, paused: true }, 4, undefined],
])('is %s', (_what, before, places, expected) => {
  expect(estimateWaitMs(before, places)).toBe(expected);
});
