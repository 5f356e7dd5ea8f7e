import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { validate as isUuid } from 'uuid';
import { payloadsOf } from './usage-payload.js';

/** How far ahead of our clock an event may be, for clocks that differ: 5 minutes. */
export const furthestFutureMs = 5 * 60_000;

/** Earlier than anything this system did; guards the store against times it can't hold. */
const earliest = Date.UTC(2000, 0, 1);

/** A million dollars in micro-dollars, eleven days in microseconds: beyond it a number is a fault and would spoil the sums. */
const largestNumber = 1e12;

/**
 * The first thing that is wrong with an event, as a short sentence; undefined when it can be stored. What is older than what
 * is kept is wrong too: nobody could tell any more whether it was counted before.
 */
export function problemOf(event: UsageEvent, now: Date, keptSince?: Date): string | undefined {
  if (!isUuid(event.eventId)) return 'event_id is not a UUID';
  const occurred = event.occurTime?.getTime() ?? Number.NaN;
  if (Number.isNaN(occurred) || occurred < earliest) return 'occur_time is missing or implausible';
  if (occurred > now.getTime() + furthestFutureMs) return 'occur_time is in the future';
  if (keptSince && occurred < keptSince.getTime()) return 'occur_time is before what is kept';
  const [payload, ...others] = payloadsOf(event);
  if (!payload) return 'no payload';
  if (others.length > 0) return 'more than one payload';
  for (const [field, value] of Object.entries(payload.value)) {
    if (typeof value !== 'number') continue;
    // NaN fails both comparisons.
    if (!(value >= 0 && value <= largestNumber)) return `${payload.type}.${field} is negative or too large`;
    if (field === 'confidence' && value > 1) return `${payload.type}.${field} is above 1`;
  }
  return undefined;
}
