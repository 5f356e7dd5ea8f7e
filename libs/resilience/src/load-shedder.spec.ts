import { EventLoopDelay } from './event-loop-delay.js';
import { LoadShedder, OverloadedError } from './load-shedder.js';

let delay: number;
beforeEach(() => (delay = 0));
const shedder = (options = {}) =>
  new LoadShedder({ maxInFlight: 2, maxDelayMs: 100, delayMs: () => delay, ...options });

it('turns away what is more than the process takes at once, and takes it again when one has left', () => {
  const one = shedder();
  const leave = one.enter();
  one.enter();
  expect(() => one.enter()).toThrow(OverloadedError);
  leave();
  leave();
  expect(one.inFlight).toBe(1);
  one.enter();
  expect(() => one.enter()).toThrow(expect.objectContaining({ reason: 'in_flight', retryAfterMs: 1_000 }));
});

it('turns everything away while the event loop is late', () => {
  const one = shedder({ retryAfterMs: 2_500 });
  delay = 101;
  expect(() => one.enter()).toThrow(expect.objectContaining({ reason: 'event_loop', retryAfterMs: 2_500 }));
  delay = 100;
  one.enter();
});

it('gives the place back whatever becomes of the action', async () => {
  const one = shedder({ maxInFlight: 1 });
  await expect(one.run(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await one.run(async () => one.inFlight)).toBe(1);
  expect(one.inFlight).toBe(0);
});

it('can be turned off', () => {
  const one = shedder({ maxInFlight: 0, maxDelayMs: 0 });
  delay = 60_000;
  for (let call = 0; call < 100; call += 1) one.enter();
  expect(one.inFlight).toBe(100);
});

describe('the delay of the event loop', () => {
  it('is the lower mean of two seconds, without the resolution of the measurement and the start of the process', () => {
    let now = 0;
    const histogram = { mean: 0, reset: () => (histogram.mean = Number.NaN) };
    const measured = new EventLoopDelay(histogram, () => now);
    const after = (ms: number, meanMs: number): number => {
      now += ms;
      histogram.mean = meanMs * 1e6;
      return measured.delayMs();
    };
    expect(after(5_000, 5_000)).toBe(0);
    expect(after(1_000, 170)).toBe(0);
    expect(after(1_000, 220)).toBe(150);
    expect(after(999, 20)).toBe(150);
    expect(after(1, 20.5)).toBe(0.5);
    expect(after(1_000, 900)).toBe(0.5);
    expect(after(1_000, Number.NaN)).toBe(0);
  });

  it('is really measured', () => expect(new EventLoopDelay().delayMs()).toBeGreaterThanOrEqual(0));
});
