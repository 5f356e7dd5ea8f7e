import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../src/domain/ports.js';

/** Time passes only while somebody sleeps. */
export class VirtualClock implements Clock {
  constructor(private ms = Date.UTC(2026, 10, 20, 12, 10)) {}

  now(): number {
    return this.ms;
  }

  advance(ms: number): void {
    this.ms += ms;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await setImmediate();
    if (!signal.aborted) this.ms += Math.max(0, ms);
  }
}
