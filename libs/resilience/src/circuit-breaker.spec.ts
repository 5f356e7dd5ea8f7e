import { jest } from '@jest/globals';
import { type CallVerdict, CircuitBreaker, type CircuitBreakerOptions, type CircuitState } from './circuit-breaker.js';
import { CircuitOpenError } from './circuit-open-error.js';

class CallersMistake extends Error {}

let breaker: CircuitBreaker;
let changes: CircuitState[];

function make(options: Partial<CircuitBreakerOptions> = {}): void {
  breaker = new CircuitBreaker({
    name: 'replicate/flux',
    isIgnored: (error) => error instanceof CallersMistake,
    onChange: (state) => changes.push(state),
    ...options,
  });
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  changes = [];
  make();
});

afterEach(() => {
  breaker.dispose();
  jest.useRealTimers();
});

const succeed = () => breaker.run(async () => 'ok');
const fail = () => breaker.run(() => Promise.reject(new Error('down'))).catch((error: unknown) => error);
const mistake = () => breaker.run(() => Promise.reject(new CallersMistake())).catch((error: unknown) => error);
/** A call whose end the test decides. */
function pending(): { end: (failed?: boolean) => void; result: Promise<unknown> } {
  let end = (_failed?: boolean): void => {};
  const result = breaker
    .run(
      () =>
        new Promise((done, reject) => (end = (failed) => (failed === true ? reject(new Error('down')) : done('ok')))),
    )
    .catch((error: unknown) => error);
  return { end: (failed) => end(failed), result };
}
async function times(count: number, call: () => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await call();
}
async function halfOpen(): Promise<void> {
  await times(5, fail);
  jest.advanceTimersByTime(60_000);
}

describe('a closed circuit', () => {
  it('passes answers and errors through unchanged', async () => {
    expect(await succeed()).toBe('ok');
    expect(await fail()).toEqual(new Error('down'));
  });

  it('opens after the threshold of consecutive failures, not before', async () => {
    await times(4, fail);
    await succeed();
    await times(4, fail);
    expect(breaker.state).toBe('closed');
    await fail();
    expect(breaker.state).toBe('open');
    expect(changes).toEqual(['open']);
  });

  it('opens when half of twenty calls in a minute failed, though never five in a row', async () => {
    await times(9, async () => {
      await fail();
      await succeed();
    });
    await succeed();
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 19, failures: 9 });
    await fail();
    expect(breaker.state).toBe('open');
  });

  it('forgets calls that are older than a minute', async () => {
    await times(9, async () => {
      await fail();
      await succeed();
    });
    jest.advanceTimersByTime(60_000);
    expect(breaker.snapshot()).toMatchObject({ calls: 0, failures: 0 });
    await times(2, async () => {
      await succeed();
      await fail();
    });
    expect(breaker.state).toBe('closed');
  });

  it("does not count the caller's mistakes, neither as failures nor as successes", async () => {
    await times(4, fail);
    await times(30, mistake);
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', calls: 4, consecutiveFailures: 4 });
    expect(await mistake()).toBeInstanceOf(CallersMistake);
    await fail();
    expect(breaker.state).toBe('open');
  });
});

describe('an open circuit', () => {
  it('makes no call and says when the next probe is due', async () => {
    await times(5, fail);
    jest.advanceTimersByTime(20_000);
    const called = jest.fn(async () => 'ok');
    const refusal = await breaker.run(called).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CircuitOpenError);
    expect(refusal).toMatchObject({ circuit: 'replicate/flux', retryAfterMs: 40_000 });
    expect(called).not.toHaveBeenCalled();
    expect(breaker.snapshot()).toMatchObject({ rejected: 1, failures: 5 });
  });

  it('becomes half-open after the timeout', async () => {
    await times(5, fail);
    jest.advanceTimersByTime(59_999);
    expect(breaker.state).toBe('open');
    jest.advanceTimersByTime(1);
    expect(breaker.state).toBe('half_open');
    expect(changes).toEqual(['open', 'half_open']);
  });

  it('is not moved by calls that began before it opened', async () => {
    const early = pending();
    const late = pending();
    await halfOpen();
    early.end(true);
    await early.result;
    late.end();
    await late.result;
    expect(breaker.state).toBe('half_open');
    expect(breaker.snapshot().openedAtMs).toBe(Date.now() - 60_000);
    await times(2, succeed);
    expect(breaker.state).toBe('half_open');
  });
});

describe('a half-open circuit', () => {
  it('closes after three successes, with nothing counted against it', async () => {
    await halfOpen();
    await times(2, succeed);
    expect(breaker.state).toBe('half_open');
    await succeed();
    expect(breaker.snapshot()).toEqual({ state: 'closed', calls: 0, failures: 0, consecutiveFailures: 0, rejected: 0 });
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('opens again for the whole timeout at the first failure', async () => {
    await halfOpen();
    await times(2, succeed);
    await fail();
    expect(breaker.state).toBe('open');
    jest.advanceTimersByTime(59_999);
    expect(breaker.state).toBe('open');
    jest.advanceTimersByTime(1);
    await times(2, succeed);
    expect(breaker.state).toBe('half_open');
  });

  it('lets one call through at a time, also between its successes', async () => {
    await halfOpen();
    for (const _ of [1, 2]) {
      const probe = pending();
      await expect(succeed()).rejects.toThrow(CircuitOpenError);
      probe.end();
      await probe.result;
    }
    await succeed();
    expect(breaker.state).toBe('closed');
  });

  it("neither closes nor opens by a caller's mistake", async () => {
    await halfOpen();
    await times(7, mistake);
    expect(breaker.state).toBe('half_open');
    await times(3, succeed);
    expect(breaker.state).toBe('closed');
  });
});

describe('a judged answer', () => {
  const answer = (verdict: CallVerdict) =>
    breaker.run(
      async () => verdict,
      (value) => value,
    );

  it('counts as its verdict says and is passed through', async () => {
    expect(await answer('failure')).toBe('failure');
    await times(4, () => answer('failure'));
    expect(breaker.state).toBe('open');
  });

  it('that is pending says nothing while closed, so that the end of the work decides', async () => {
    for (const _ of [1, 2, 3, 4, 5]) {
      await answer('pending');
      breaker.record('failure');
    }
    expect(breaker.state).toBe('open');
  });

  it('that is pending is a successful probe while half-open', async () => {
    await halfOpen();
    await times(3, () => answer('pending'));
    expect(breaker.state).toBe('closed');
  });

  it('learned later moves a closed circuit only', async () => {
    breaker.record('ignored');
    expect(breaker.snapshot().calls).toBe(0);
    await halfOpen();
    for (const verdict of ['success', 'success', 'success', 'failure'] as const) breaker.record(verdict);
    expect(breaker.state).toBe('half_open');
  });
});

describe('an operator', () => {
  it('can hold a circuit open until it is reset', async () => {
    breaker.forceOpen();
    jest.advanceTimersByTime(600_000);
    await expect(succeed()).rejects.toMatchObject({ retryAfterMs: undefined });
    expect(breaker.snapshot()).toMatchObject({ state: 'open', forced: 'open' });
    breaker.reset();
    expect(await succeed()).toBe('ok');
    expect(changes).toEqual(['open', 'closed']);
  });

  it('can hold a failing circuit closed until it is reset', async () => {
    await times(5, fail);
    breaker.forceClose();
    await times(30, fail);
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', forced: 'closed', failures: 30 });
    breaker.reset();
    expect(breaker.snapshot()).toEqual({ state: 'closed', calls: 0, failures: 0, consecutiveFailures: 0, rejected: 0 });
    await times(5, fail);
    expect(breaker.state).toBe('open');
  });
});
