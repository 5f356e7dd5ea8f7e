import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const idBytes = 16;
const pool = new Uint8Array(256 * idBytes);
let next = pool.length;

/** UUIDv7. Randomness is drawn for 256 ids at once: asking the system for each would cost more than the rest of an event. */
export function newEventId(): string {
  if (next >= pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const random = pool.subarray(next, next + idBytes);
  next += idBytes;
  return v7({ random });
}
