import fc from 'fast-check';
import { Bulkhead, BulkheadFullError } from './bulkhead.js';

const never = () => new Promise<never>(() => {});

describe('Bulkhead', () => {
  it('refuses at once what neither fits nor may wait, and tries nothing', async () => {
    const bulkhead = new Bulkhead({ name: 'replicate', maxInFlight: 1 });
    void bulkhead.run(never);
    let tried = false;
    const refused = bulkhead.run(async () => (tried = true));
    await expect(refused).rejects.toThrow(BulkheadFullError);
    expect(tried).toBe(false);
    expect(bulkhead.snapshot()).toEqual({ inFlight: 1, queued: 0 });
  });

  it('frees the place of a call that failed and keeps the order of those that wait', async () => {
    const bulkhead = new Bulkhead({ name: 'replicate', maxInFlight: 1, maxQueued: 2 });
    const order: string[] = [];
    const first = bulkhead.run(() => Promise.reject(new Error('first')));
    const second = bulkhead.run(async () => order.push('second'));
    const third = bulkhead.run(async () => order.push('third'));
    expect(bulkhead.snapshot()).toEqual({ inFlight: 1, queued: 2 });
    await expect(first).rejects.toThrow('first');
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
    expect(bulkhead.snapshot()).toEqual({ inFlight: 0, queued: 0 });
  });

  it('lets a caller stop waiting, and gives the place to the next', async () => {
    const bulkhead = new Bulkhead({ name: 'replicate', maxInFlight: 1, maxQueued: 2 });
    let finish = (): void => {};
    const running = bulkhead.run(() => new Promise<void>((done) => (finish = done)));
    const abort = new AbortController();
    const waiting = bulkhead.run(async () => 'waited', abort.signal);
    const next = bulkhead.run(async () => 'next');
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    finish();
    await running;
    expect(await next).toBe('next');
    await expect(bulkhead.run(never, abort.signal)).rejects.toThrow('gone');
    expect(bulkhead.snapshot()).toEqual({ inFlight: 0, queued: 0 });
  });

  it('never has more in flight or waiting than allowed, whatever comes and goes', async () => {
    const limits = fc.record({
      maxInFlight: fc.integer({ min: 1, max: 3 }),
      maxQueued: fc.integer({ min: 0, max: 3 }),
    });
    const steps = fc.array(fc.oneof(fc.constant('call' as const), fc.nat(9)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(limits, steps, async ({ maxInFlight, maxQueued }, actions) => {
        const bulkhead = new Bulkhead({ name: 'x', maxInFlight, maxQueued });
        const finishers: (() => void)[] = [];
        const calls: Promise<unknown>[] = [];
        for (const step of actions) {
          if (step === 'call')
            calls.push(bulkhead.run(() => new Promise<void>((done) => finishers.push(done))).catch(() => {}));
          else finishers.splice(step, 1)[0]?.();
          await new Promise((done) => setImmediate(done));
          const { inFlight, queued } = bulkhead.snapshot();
          expect(inFlight).toBe(finishers.length);
          expect(inFlight).toBeLessThanOrEqual(maxInFlight);
          expect(queued).toBeLessThanOrEqual(maxQueued);
          if (queued > 0) expect(inFlight).toBe(maxInFlight);
        }
        while (finishers.length > 0) {
          finishers.shift()?.();
          await new Promise((done) => setImmediate(done));
        }
        await Promise.all(calls);
        expect(bulkhead.snapshot()).toEqual({ inFlight: 0, queued: 0 });
      }),
      { numRuns: 50 },
    );
  });
});
