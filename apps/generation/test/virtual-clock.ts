import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../src/domain/ports.js';

/** Time passes only while somebody sleeps. */
export class VirtualClock implements Clock {
  constructor(protected ms = Date.UTC(2026, 10, 20, 12, 10)) {}

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

/** Time stands still: who waits for long is only woken; short waits pass without it. */
export class StillClock extends VirtualClock {
  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms < 500 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}
