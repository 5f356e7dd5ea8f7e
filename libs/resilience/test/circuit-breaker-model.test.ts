import { jest } from '@jest/globals';
import { CircuitBreaker, CircuitOpenError, type CircuitState } from '@atelier/resilience';
import fc from 'fast-check';

type Step = 'success' | 'failure' | 'mistake' | 'wait' | 'waitLong' | 'forceOpen' | 'forceClose' | 'reset';

/** The rules of the specification, written down a second time without any library. */
class Model {
  #state: CircuitState = 'closed';
  #forced: CircuitState | undefined;
  #calls: { at: number; failed: boolean }[] = [];
  #inARow = 0;
  #successes = 0;
  #openedAt = 0;

  state(now: number): CircuitState {
    if (this.#state === 'open' && now >= this.#openedAt + 60_000) {
      this.#state = 'half_open';
      this.#successes = 0;
    }
    return this.#forced ?? this.#state;
  }

  /** True when the call is let through. */
  call(step: 'success' | 'failure' | 'mistake', now: number): boolean {
    const state = this.state(now);
    if (state === 'open') return false;
    if (step === 'mistake') return true;
    const failed = step === 'failure';
    this.#calls.push({ at: now, failed });
    this.#inARow = failed ? this.#inARow + 1 : 0;
    if (this.#forced !== undefined) return true;
    if (state === 'half_open') {
      if (failed) this.#open(now);
      else if ((this.#successes += 1) === 3) this.#clear();
      return true;
    }
    const recent = this.#calls.filter(({ at }) => at > now - 60_000);
    const failures = recent.filter((call) => call.failed).length;
    if (failed && (this.#inARow >= 5 || (recent.length >= 20 && failures * 2 >= recent.length))) this.#open(now);
    return true;
  }

  force(state: CircuitState): void {
    if (state === 'closed') this.#clear();
    this.#forced = state;
  }

  reset(): void {
    this.#forced = undefined;
    this.#clear();
  }

  #open(now: number): void {
    this.#state = 'open';
    this.#openedAt = now;
  }

  #clear(): void {
    this.#state = 'closed';
    this.#calls = [];
    this.#inARow = 0;
  }
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'], now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

it('follows the rules through any sequence of calls, waits and commands', async () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.constant<Step>('failure') },
    { weight: 8, arbitrary: fc.constant<Step>('success') },
    { weight: 2, arbitrary: fc.constant<Step>('mistake') },
    { weight: 2, arbitrary: fc.constantFrom<Step>('wait', 'waitLong') },
    { weight: 1, arbitrary: fc.constantFrom<Step>('forceOpen', 'forceClose', 'reset') },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 150, size: 'max' }), async (steps) => {
      jest.setSystemTime(0);
      const reported: CircuitState[] = [];
      const breaker = new CircuitBreaker({
        name: 'model',
        isIgnored: (error) => error === 'mistake',
        onChange: (state) => reported.push(state),
      });
      const model = new Model();
      for (const action of steps) {
        // Multiples of a bucket, so that the model need not know about buckets.
        if (action === 'wait') {
          jest.advanceTimersByTime(5_000);
        } else if (action === 'waitLong') {
          jest.advanceTimersByTime(60_000);
        } else if (action === 'forceOpen') {
          model.force('open');
          breaker.forceOpen();
        } else if (action === 'forceClose') {
          model.force('closed');
          breaker.forceClose();
        } else if (action === 'reset') {
          model.reset();
          breaker.reset();
        } else {
          const admitted = model.call(action, Date.now());
          const result = await breaker
            .run(() => (action === 'success' ? Promise.resolve(action) : Promise.reject(action)))
            .catch((error: unknown) => error);
          expect(result instanceof CircuitOpenError ? 'refused' : result).toBe(admitted ? action : 'refused');
        }
        expect(breaker.state).toBe(model.state(Date.now()));
      }
      for (const [index, state] of reported.entries()) expect(state).not.toBe(reported[index - 1] ?? 'closed');
      breaker.dispose();
    }),
    { numRuns: 300 },
  );
});

it('never has two calls under way while half-open, whatever overlaps', async () => {
  const step = fc.oneof(
    fc.constant('call' as const),
    fc.constant('wait' as const),
    fc.record({ end: fc.nat(5), failed: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 100, size: 'max' }), async (steps) => {
      const breaker = new CircuitBreaker({ name: 'model', failureThreshold: 2 });
      const errors = new Set<string>();
      const underWay: { finish: (failed: boolean) => void; halfOpen: boolean }[] = [];
      const settle = () => new Promise((done) => setImmediate(done));
      for (const action of steps) {
        if (action === 'wait') jest.advanceTimersByTime(60_000);
        else if (action === 'call') {
          const halfOpen = breaker.state === 'half_open';
          const call = breaker.run(
            () =>
              new Promise<void>((done, fail) => {
                underWay.push({ halfOpen, finish: (failed) => (failed ? fail(new Error('down')) : done()) });
              }),
          );
          call.catch((error: Error) => errors.add(error.name));
        } else underWay.splice(action.end, 1)[0]?.finish(action.failed);
        await settle();
        if (breaker.state === 'half_open')
          expect(underWay.filter((call) => call.halfOpen).length).toBeLessThanOrEqual(1);
      }
      for (const call of underWay) call.finish(false);
      await settle();
      // Never an error of opossum's own.
      for (const name of errors) expect(['Error', 'CircuitOpenError']).toContain(name);
      breaker.dispose();
    }),
    { numRuns: 100 },
  );
});
