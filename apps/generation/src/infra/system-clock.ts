import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { Clock, Random } from '../domain/ports.js';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // An aborted wait is over, and that is all there is to it.
  sleep: (ms, signal) => (ms > 0 ? wait(ms, undefined, { signal }).catch(() => {}) : Promise.resolve()),
};

/** The machine's randomness. */
export const systemRandom: Random = {
  id: () => uuidv7(),
  seed: () => randomInt(1, 2 ** 31),
  fraction: () => Math.random(),
};
