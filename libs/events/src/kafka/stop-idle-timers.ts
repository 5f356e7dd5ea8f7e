import { createRequire } from 'node:module';

interface Queue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const checkEveryMs = 10;
let done = false;

/**
 * kafkajs 2.2.4 sets a timer with a negative wait whenever nothing is pending, which fires at once and sets the next one: a
 * thousand wake-ups a second for each connection, and since Node 24 a warning. A queue without requests needs no timer.
 */
export function stopIdleTimers(): void {
  if (done) return;
  done = true;
  // Part of the library that it does not export by a name.
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
    prototype: { scheduleCheckPendingRequests(this: Queue): void };
  };
  prototype.scheduleCheckPendingRequests = function schedule(this: Queue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    const waitMs = Math.max(checkEveryMs, this.throttledUntil - Date.now());
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, waitMs);
  };
}
