import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import fc from 'fast-check';
import { UsageEventSpool, type UsageEventSpoolOptions } from './usage-event-spool.js';

let folder: string;
let dropped: [number, string][];
const opened: UsageEventSpool[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-spool-'));
  dropped = [];
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (requestId: string): UsageEvent => UsageEvent.create({ eventId: `e-${requestId}`, requestId });
const ids = (events: readonly UsageEvent[] | undefined): string[] => (events ?? []).map(({ requestId }) => requestId);
function open(over: Partial<UsageEventSpoolOptions> = {}): UsageEventSpool {
  const spool = UsageEventSpool.open({
    folder,
    service: 'test',
    maxBytes: 1_000_000,
    maxAgeMs: 60_000,
    onDropped: (count, why) => dropped.push([count, why]),
    ...over,
  });
  opened.push(spool);
  return spool;
}
function close(spool: UsageEventSpool): void {
  opened.splice(opened.indexOf(spool), 1);
  spool.close();
}
function drain(spool: UsageEventSpool): string[][] {
  const batches: string[][] = [];
  for (let batch = spool.first(); batch; batch = spool.first()) {
    batches.push(ids(batch.events));
    spool.remove(batch);
  }
  return batches;
}

it('answers what was added, in order, also after it was closed and opened', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (batches) => {
      const first = open();
      for (const batch of batches) first.add(batch.map(event));
      close(first);
      const again = open();
      expect(again.size).toBe(batches.flat().length);
      expect(drain(again)).toEqual(batches);
      expect([again.size, again.bytes]).toEqual([0, 0]);
      close(again);
    }),
    { numRuns: 20 },
  );
  expect(dropped).toEqual([]);
});

it('gives a second process a file of its own, and takes over what one left behind', () => {
  const [first, second] = [open(), open()];
  first.add([event('first')]);
  second.add([event('second')]);
  expect(ids(first.first()?.events)).toEqual(['first']);
  close(second);
  close(first);
  const next = open();
  expect(drain(next)).toEqual([['first'], ['second']]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.spool'))).toEqual(['test-0.spool']);
});

it('leaves other services alone', () => {
  const other = open({ service: 'test-more' });
  other.add([event('x')]);
  close(other);
  expect(UsageEventSpool.isUsed({ folder, service: 'test' })).toBe(false);
  expect(UsageEventSpool.isUsed({ folder, service: 'test-more' })).toBe(true);
  expect(open().size).toBe(0);
});

it('drops the oldest when it is full, counted, and keeps the newest however large', () => {
  const spool = open({ maxBytes: 100 });
  for (const id of ['a', 'b', 'c']) spool.add([event(id.repeat(20))]);
  expect(dropped).toEqual([[1, 'full']]);
  spool.add([event('d'.repeat(500))]);
  expect(drain(spool)).toEqual([['d'.repeat(500)]]);
});

it('drops what waited too long', () => {
  let nowMs = 0;
  const spool = open({ maxAgeMs: 1_000, nowMs: () => nowMs });
  spool.add([event('old')]);
  nowMs = 1_001;
  spool.add([event('new')]);
  expect(drain(spool)).toEqual([['new']]);
  expect(dropped).toEqual([[1, 'too_old']]);
});

it('leaves out a batch that is damaged, and delivers the others', () => {
  const spool = open();
  for (const id of ['a', 'b', 'c']) spool.add([event(id)]);
  close(spool);
  const file = new DatabaseSync(join(folder, 'test-0.spool'));
  file.exec("update batches set events = cast('xxxx' as blob) where sequence = 2");
  file.close();
  expect(drain(open())).toEqual([['a'], ['c']]);
  expect(dropped).toEqual([[1, 'damaged']]);
});

it('is readable by its owner alone', () => {
  open();
  expect(statSync(join(folder, 'test-0.spool')).mode & 0o777).toBe(0o600);
});
