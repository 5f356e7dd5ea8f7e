import fc from 'fast-check';
import { afterTry, retryAfterMs, retryWaitsMs } from './delivery-schedule.js';

const failed = { status: 500, error: '' };
const hour = 3_600_000;

describe('after a try', () => {
  it('every 2xx is delivered, whichever try it was', () => {
    for (const status of [200, 202, 204, 299]) {
      expect(afterTry({ status, error: '' }, 7, 5, 0.5)).toEqual({ state: 'delivered', nextTimeMs: 5 });
    }
  });

  it('the waits grow, and after the last one the delivery is given up', () => {
    const waits = Array.from({ length: 8 }, (_, index) => afterTry(failed, index + 1, 0, 0.5));
    expect(waits.slice(0, 6).map(({ nextTimeMs }) => nextTimeMs)).toEqual(retryWaitsMs);
    expect(waits.slice(6).map(({ state }) => state)).toEqual(['failed', 'failed']);
  });

  it.each([301, 400, 404, 408, 429, 500, 503])('%i is tried again', (status) => {
    expect(afterTry({ status, error: '' }, 1, 0, 0.5).state).toBe('pending');
  });

  it.each(['timeout', 'connection_failed', 'host_not_found', 'private_address'])('%s is tried again', (error) => {
    expect(afterTry({ status: 0, error }, 1, 0, 0.5).state).toBe('pending');
  });

  it('410 and an address that is not allowed any more end it at once', () => {
    expect(afterTry({ status: 410, error: '' }, 1, 0, 0.5).state).toBe('failed');
    expect(afterTry({ status: 0, error: 'url_not_allowed' }, 1, 0, 0.5).state).toBe('failed');
  });

  it('the wait is spread by a fifth, never shorter than the receiver asks, and bounded whatever it asks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: retryWaitsMs.length }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.integer({ min: 1, max: 1_000 * hour }), { nil: undefined }),
        (step, fraction, putOffMs) => {
          const { nextTimeMs } = afterTry({ ...failed, putOffMs }, step, 0, fraction);
          const usual = retryWaitsMs[step - 1] ?? 0;
          expect(nextTimeMs).toBeGreaterThanOrEqual(Math.floor(usual * 0.8));
          expect(nextTimeMs).toBeGreaterThanOrEqual(Math.min(putOffMs ?? 0, 6 * hour));
          expect(nextTimeMs).toBeLessThanOrEqual(Math.max(Math.ceil(usual * 1.2), Math.min(putOffMs ?? 0, 6 * hour)));
        },
      ),
    );
  });
});

it('Retry-After is read as seconds or as a date, and nonsense as nothing', () => {
  const nowMs = Date.UTC(2026, 10, 21, 10);
  expect(retryAfterMs('120', nowMs)).toBe(120_000);
  expect(retryAfterMs('Sat, 21 Nov 2026 10:01:00 GMT', nowMs)).toBe(60_000);
  for (const header of [undefined, '', '-5', '0', 'soon', 'Sat, 21 Nov 2026 09:00:00 GMT', '1e999']) {
    expect(retryAfterMs(header, nowMs)).toBeUndefined();
  }
});
