import fc from 'fast-check';
import type { Bucket } from '../../src/limits/bucket.js';
import type { Buckets } from '../../src/limits/buckets.js';

/** An implementation with a clock that only the test moves. */
export interface Subject {
  readonly buckets: Buckets;
  setNow(ms: number): void;
}

/**
 * The rules written down a second time: the cell rate as virtual scheduling (the other form in ITU-T I.371) in exact
 * integers, and the count of a window that begins with its first request.
 */
class Model {
  readonly #arrival = new Map<string, bigint>();
  readonly #window = new Map<string, { endMs: number; count: number }>();

  request(buckets: readonly Bucket[], nowMs: number): boolean {
    if (!buckets.every((bucket) => this.#hasRoom(bucket, nowMs))) return false;
    for (const { key, limit, windowMs } of buckets) {
      const now = BigInt(nowMs) * BigInt(limit);
      const arrival = this.#arrival.get(key) ?? 0n;
      this.#arrival.set(key, (arrival > now ? arrival : now) + BigInt(windowMs));
      const window = this.#window.get(key);
      if (window && nowMs < window.endMs) window.count += 1;
      else this.#window.set(key, { endMs: nowMs + windowMs, count: 1 });
    }
    return true;
  }

  countOf(key: string, nowMs: number): number {
    const window = this.#window.get(key);
    return window && nowMs < window.endMs ? window.count : 0;
  }

  #hasRoom({ key, limit, windowMs }: Bucket, nowMs: number): boolean {
    const early = (this.#arrival.get(key) ?? 0n) - BigInt(nowMs) * BigInt(limit);
    return early <= BigInt(limit - 1) * BigInt(windowMs) && this.countOf(key, nowMs) < limit;
  }
}

/** Windows are long, because Redis forgets by its own clock while the test's clock stands still. */
const windowMs = fc.constantFrom(60_000, 61_007, 3_600_000);
const limit = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2, max: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 40, 1_000_000_000) },
);
const rule = fc.record({ limit, windowMs });
/** How far the clock moves, as a part of the window: often not at all, or so that bursts meet around the border of two. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 0.2, noNaN: true }) },
  { weight: 2, arbitrary: fc.double({ min: 0.6, max: 1, noNaN: true }) },
);
const pauses = fc.array(pause, { minLength: 15, maxLength: 60 });

/** The laws that every implementation keeps. */
export function describeBuckets(name: string, make: () => Subject, numRuns: number): void {
  const startMs = 1_700_000_000_000;

  describe(`buckets in ${name}`, () => {
    it('let through exactly what the model lets through, out of all buckets or none, each key by itself', async () => {
      const scenario = fc.array(rule, { minLength: 1, maxLength: 3 }).chain((rules) =>
        fc.record({
          rules: fc.constant(rules),
          requests: fc.array(fc.record({ pause, asked: fc.subarray([...rules.keys()], { minLength: 1 }) }), {
            minLength: 15,
            maxLength: 60,
          }),
        }),
      );
      await fc.assert(
        fc.asyncProperty(scenario, async ({ rules, requests }) => {
          const { buckets, setNow } = make();
          const model = new Model();
          const run = crypto.randomUUID();
          const all = rules.map((one, index) => ({ key: `${run}:${index}`, ...one }));
          let nowMs = startMs;
          for (const { pause: part, asked: chosen } of requests) {
            nowMs += Math.floor(part * (all[0]?.windowMs ?? 0));
            setNow(nowMs);
            const asked = all.filter((_, index) => chosen.includes(index));
            const taken = await buckets.take(asked, 1);
            const admitted = model.request(asked, nowMs);
            expect([taken.admitted, ...taken.reports.map(({ count }) => count)]).toEqual([
              admitted,
              ...asked.map(({ key }) => model.countOf(key, nowMs)),
            ]);
          }
        }),
        { numRuns },
      );
    });

    it('never let through more than the limit in a counted window, nor more than a burst and the rate in any', async () => {
      await fc.assert(
        fc.asyncProperty(rule, pauses, async (one, waits) => {
          const { buckets, setNow } = make();
          const bucket = { key: crypto.randomUUID(), ...one };
          const admitted: number[] = [];
          let nowMs = startMs;
          for (const part of waits) {
            nowMs += Math.floor(part * one.windowMs);
            setNow(nowMs);
            if ((await buckets.take([bucket], 1)).admitted) admitted.push(nowMs);
          }
          const excess = admitted.flatMap((from, first) =>
            admitted.slice(first).map((to, more) => more + 1 - one.limit - ((to - from) * one.limit) / one.windowMs),
          );
          expect(Math.max(...excess)).toBeLessThanOrEqual(0);
          const counts = new Map<number, number>();
          let windowStart = -Infinity;
          for (const at of admitted) {
            if (at - windowStart >= one.windowMs) windowStart = at;
            counts.set(windowStart, (counts.get(windowStart) ?? 0) + 1);
          }
          expect(Math.max(...counts.values())).toBeLessThanOrEqual(one.limit);
        }),
        { numRuns },
      );
    });

    it('say exactly how long to wait, and a refused request changes nothing', async () => {
      const small = fc.record({ limit: fc.integer({ min: 1, max: 7 }), windowMs });
      await fc.assert(
        fc.asyncProperty(small, small, pauses, async (one, two, waits) => {
          const { buckets, setNow } = make();
          const model = new Model();
          const run = crypto.randomUUID();
          const pair = [
            { key: `${run}:1`, ...one },
            { key: `${run}:2`, ...two },
          ];
          let nowMs = startMs;
          for (const part of waits) {
            nowMs += Math.floor(part * one.windowMs);
            setNow(nowMs);
            const before = await buckets.take(pair, 0);
            const taken = await buckets.take(pair, 1);
            expect(taken.admitted).toBe(model.request(pair, nowMs));
            if (taken.admitted) continue;
            expect(taken).toEqual(before);
            expect(await buckets.take(pair, 0)).toEqual(before);
            const waitMs = Math.max(...taken.reports.map(({ retryMs }) => retryMs));
            expect(waitMs).toBeGreaterThan(0);
            setNow(nowMs + waitMs - 1);
            expect((await buckets.take(pair, 0)).admitted).toBe(false);
            expect(model.request(pair, nowMs + waitMs - 1)).toBe(false);
            nowMs += waitMs;
            setNow(nowMs);
            expect((await buckets.take(pair, 1)).admitted).toBe(true);
            expect(model.request(pair, nowMs)).toBe(true);
          }
        }),
        { numRuns },
      );
    });

    it('tell what remains truthfully: so many requests come through at once, and no more', async () => {
      const small = fc.record({ limit: fc.integer({ min: 1, max: 12 }), windowMs });
      await fc.assert(
        fc.asyncProperty(small, pauses, async (one, waits) => {
          const { buckets, setNow } = make();
          const bucket = { key: crypto.randomUUID(), ...one };
          let nowMs = startMs;
          for (const part of waits) {
            nowMs += Math.floor(part * one.windowMs);
            setNow(nowMs);
            await buckets.take([bucket], 1);
          }
          const { remaining = -1, resetMs = -1 } = (await buckets.take([bucket], 0)).reports[0] ?? {};
          for (let left = remaining; left > 0; left -= 1) {
            const { admitted, reports } = await buckets.take([bucket], 1);
            expect([admitted, reports[0]?.remaining]).toEqual([true, left - 1]);
          }
          expect((await buckets.take([bucket], 1)).admitted).toBe(false);
          expect(resetMs).toBeLessThanOrEqual(one.windowMs);
        }),
        { numRuns },
      );
    });

    it('are full again when they said so', async () => {
      const { buckets, setNow } = make();
      const bucket = { key: crypto.randomUUID(), limit: 3, windowMs: 60_000 };
      setNow(startMs);
      const { reports } = await buckets.take([bucket], 1);
      setNow(startMs + (reports[0]?.resetMs ?? 0) - 1);
      expect((await buckets.take([bucket], 0)).reports[0]?.remaining).toBe(2);
      setNow(startMs + (reports[0]?.resetMs ?? 0));
      expect((await buckets.take([bucket], 0)).reports[0]?.remaining).toBe(3);
    });

    it('follow a limit that is changed: requests already counted stay counted', async () => {
      const { buckets, setNow } = make();
      const bucket = { key: crypto.randomUUID(), limit: 10, windowMs: 60_000 };
      setNow(startMs);
      for (let request = 0; request < 6; request += 1) await buckets.take([bucket], 1);
      expect((await buckets.take([{ ...bucket, limit: 5 }], 1)).admitted).toBe(false);
      const raised = await buckets.take([{ ...bucket, limit: 20 }], 1);
      expect([raised.admitted, raised.reports[0]?.remaining]).toEqual([true, 13]);
    });

    it('survive a clock that goes back, without letting more through', async () => {
      const { buckets, setNow } = make();
      const bucket = { key: crypto.randomUUID(), limit: 2, windowMs: 60_000 };
      setNow(startMs);
      await buckets.take([bucket], 1);
      setNow(startMs - 30_000);
      expect((await buckets.take([bucket], 1)).admitted).toBe(true);
      const refused = await buckets.take([bucket], 1);
      expect(refused.admitted).toBe(false);
      expect(refused.reports[0]?.retryMs).toBeLessThanOrEqual(60_000);
    });
  });
}
