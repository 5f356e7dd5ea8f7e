import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { SpooledUsageEventSink } from './spooled-usage-event-sink.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atelier-spool-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const event = (requestId: string): UsageEvent => UsageEvent.create({ eventId: `e-${requestId}`, requestId });

function build() {
  const timer = { work: undefined as (() => void) | undefined, waitMs: 0 };
  const received: string[] = [];
  const told: string[] = [];
  const receiver = { away: false };
  const dropped: number[] = [];
  const sink = new SpooledUsageEventSink(
    {
      send: async (events) => {
        await Promise.resolve();
        if (receiver.away) throw new Error('away');
        received.push(...events.map(({ requestId }) => requestId));
      },
    },
    {
      spool: { folder, service: 'test', maxBytes: 1e6, maxAgeMs: 1e6, onDropped: (count) => dropped.push(count) },
      onAway: (_, waiting) => told.push(`away ${waiting}`),
      onBack: () => told.push('back'),
      timer: (work, ms) => {
        timer.work = work;
        timer.waitMs = ms;
        return { cancel: () => (timer.work = undefined) };
      },
    },
  );
  const pass = async (): Promise<void> => {
    const { work } = timer;
    timer.work = undefined;
    work?.();
    await new Promise(setImmediate);
  };
  return { sink, receiver, received, told, timer, pass };
}

it('delivers at once while the receiver is there, without touching the disk', async () => {
  const { sink, received, timer } = build();
  await sink.send([event('a')]);
  expect([received, sink.size, timer.work]).toEqual([['a'], 0, undefined]);
  await sink.close();
});

it('keeps what the receiver does not take, and delivers it in order when it is back', async () => {
  const { sink, receiver, received, told, pass } = build();
  receiver.away = true;
  await sink.send([event('a')]);
  receiver.away = false;
  await sink.send([event('b'), event('c')]);
  expect([received, sink.size]).toEqual([[], 3]);
  await pass();
  await sink.send([event('d')]);
  expect([received, sink.size]).toEqual([['a', 'b', 'c', 'd'], 0]);
  expect(told).toEqual(['away 1', 'back']);
  await sink.close();
});

it('waits longer after each failure', async () => {
  const { sink, receiver, timer, pass } = build();
  receiver.away = true;
  await sink.send([event('a')]);
  const waits: number[] = [];
  for (let time = 0; time < 9; time += 1) {
    waits.push(timer.waitMs);
    await pass();
  }
  expect(waits).toEqual(waits.toSorted((one, other) => one - other));
  expect([waits[0], waits.at(-1)]).toEqual([500, 30_000]);
  await sink.close();
});

it('delivers after the next start what waited when it ended', async () => {
  const before = build();
  before.receiver.away = true;
  await before.sink.send([event('a')]);
  await before.sink.close();
  const after = build();
  await after.pass();
  expect(after.received).toEqual(['a']);
  await after.sink.close();
});
