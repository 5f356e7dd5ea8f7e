import { UsageEvent } from '@atelier/contracts/usage/v1';
import { furthestFutureMs, problemOf } from './check-usage-event.js';

const now = new Date('2026-11-21T12:00:00Z');
const event = (changes: Parameters<typeof UsageEvent.create>[0]): UsageEvent =>
  UsageEvent.create({
    eventId: '0193a1b2-0000-7000-8000-000000000001',
    occurTime: now,
    service: 'gateway',
    costRecorded: { amountMicros: 40_000 },
    ...changes,
  });

it('accepts an event with an id, a time and one payload', () => {
  expect(problemOf(event({}), now)).toBeUndefined();
});

it('accepts a time as far ahead as clocks may differ, and no further', () => {
  const ahead = (ms: number): UsageEvent => event({ occurTime: new Date(now.getTime() + ms) });
  expect(problemOf(ahead(furthestFutureMs), now)).toBeUndefined();
  expect(problemOf(ahead(furthestFutureMs + 1), now)).toBe('occur_time is in the future');
});

it.each([
  ['an id that is no UUID', { eventId: 'event-1' }, 'event_id is not a UUID'],
  ['no time', { occurTime: undefined }, 'occur_time is missing or implausible'],
  ['an impossible time', { occurTime: new Date(Number.NaN) }, 'occur_time is missing or implausible'],
  ['a time before all computers', { occurTime: new Date('-000044-03-15') }, 'occur_time is missing or implausible'],
  ['no payload', { costRecorded: undefined }, 'no payload'],
  ['two payloads', { presetApplied: { presetId: 'x' } }, 'more than one payload'],
  ['a negative cost', { costRecorded: { amountMicros: -1 } }, 'cost_recorded.amountMicros is negative or too large'],
  [
    'a cost beyond reason',
    { costRecorded: { amountMicros: 2e12 } },
    'cost_recorded.amountMicros is negative or too large',
  ],
  [
    'a confidence that is no number',
    { costRecorded: undefined, planCompleted: { confidence: Number.NaN } },
    'plan_completed.confidence is negative or too large',
  ],
  [
    'a confidence above one',
    { costRecorded: undefined, planCompleted: { confidence: 1.5 } },
    'plan_completed.confidence is above 1',
  ],
])('names what is wrong with %s', (_name, changes, problem) => {
  expect(problemOf(event(changes), now)).toBe(problem);
});
