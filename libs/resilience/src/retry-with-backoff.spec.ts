import fc from 'fast-check';
import { retryWithBackoff, type RetryOptions } from './retry-with-backoff.js';

/** A clock that moves only by sleeping. */
function virtualTime(): { slept: number[] } & Required<Pick<RetryOptions, 'now' | 'sleep'>> {
  const slept: number[] = [];
  let now = 1_000;
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

const always = () => true;
const failing = () => Promise.reject(new Error('down'));

describe('retryWithBackoff', () => {
  it('answers the first success and counts the attempts', async () => {
    const time = virtualTime();
    const action = async (attempt: number) => (attempt < 3 ? failing() : `attempt ${attempt}`);
    expect(await retryWithBackoff(action, { isRetryable: always, random: () => 1, ...time })).toBe('attempt 3');
    expect(time.slept).toEqual([500, 1000]);
  });

  it('gives up with the last error and never exceeds the attempts', async () => {
    let calls = 0;
    const action = () => Promise.reject(new Error(`failure ${(calls += 1)}`));
    await expect(retryWithBackoff(action, { isRetryable: always, maxAttempts: 4, ...virtualTime() })).rejects.toThrow(
      'failure 4',
    );
    expect(calls).toBe(4);
  });

  it('does not repeat what is not retryable', async () => {
    const time = virtualTime();
    await expect(retryWithBackoff(failing, { isRetryable: () => false, ...time })).rejects.toThrow('down');
    expect(time.slept).toEqual([]);
  });

  it('never comes back sooner than it was asked to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (asked, random) => {
          const time = virtualTime();
          const options = {
            isRetryable: always,
            maxAttempts: 2,
            retryAfterMs: () => asked,
            random: () => random,
            ...time,
          };
          await expect(retryWithBackoff(failing, options)).rejects.toThrow('down');
          expect(time.slept[0]).toBeGreaterThanOrEqual(asked);
          expect(time.slept[0]).toBeLessThanOrEqual(asked + 500);
        },
      ),
    );
  });

  it('waits at most the bound, whatever the attempt', async () => {
    const time = virtualTime();
    await expect(
      retryWithBackoff(failing, { isRetryable: always, maxAttempts: 40, maxDelayMs: 3_000, random: () => 1, ...time }),
    ).rejects.toThrow();
    expect(Math.max(...time.slept)).toBe(3_000);
  });

  it('begins no attempt after the deadline', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (room, random) => {
          const time = virtualTime();
          const begun: number[] = [];
          const deadlineMs = 1_000 + room;
          const action = () => {
            begun.push(time.now());
            return failing();
          };
          await expect(
            retryWithBackoff(action, {
              isRetryable: always,
              maxAttempts: 10,
              deadlineMs,
              random: () => random,
              ...time,
            }),
          ).rejects.toThrow('down');
          for (const at of begun.slice(1)) expect(at).toBeLessThan(deadlineMs);
        },
      ),
    );
  });

  it('stops between attempts, before the first and while waiting when the caller aborts', async () => {
    const aborted = AbortSignal.abort(new Error('gone'));
    let calls = 0;
    const counting = () => Promise.reject(new Error(`failure ${(calls += 1)}`));
    await expect(retryWithBackoff(counting, { isRetryable: always, signal: aborted })).rejects.toThrow('gone');
    expect(calls).toBe(0);

    const abort = new AbortController();
    const waiting = retryWithBackoff(counting, {
      isRetryable: always,
      signal: abort.signal,
      baseDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
      random: () => 1,
    });
    setImmediate(() => abort.abort(new Error('gone')));
    await expect(waiting).rejects.toThrow('gone');
    expect(calls).toBe(1);
  });
});
