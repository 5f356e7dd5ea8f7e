import { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';
import { firstValueFrom, toArray } from 'rxjs';
import { pacedStream } from './paced-stream.js';

class Call extends EventEmitter {
  writableNeedDrain = false;
}

function counting(made: number[]) {
  return async function* (signal: AbortSignal) {
    for (let next = 1; next <= 5 && !signal.aborted; next += 1) {
      made.push(next);
      yield next;
    }
  };
}

it('passes everything on to a reader that keeps up', async () => {
  const stream = pacedStream(new Call() as unknown as Writable, counting([]));
  expect(await firstValueFrom(stream.pipe(toArray()))).toEqual([1, 2, 3, 4, 5]);
});

it('makes the next message only when a slow reader has taken the last one', async () => {
  const call = new Call();
  const made: number[] = [];
  call.writableNeedDrain = true;
  const done = firstValueFrom(pacedStream(call as unknown as Writable, counting(made)).pipe(toArray()));
  while (call.listenerCount('drain') === 0) await Promise.resolve();
  expect(made).toEqual([1]);
  call.writableNeedDrain = false;
  call.emit('drain');
  expect(await done).toHaveLength(5);
});

it('stops making messages when the reader goes away', async () => {
  const call = new Call();
  const made: number[] = [];
  call.writableNeedDrain = true;
  const subscription = pacedStream(call as unknown as Writable, counting(made)).subscribe();
  while (call.listenerCount('drain') === 0) await Promise.resolve();
  subscription.unsubscribe();
  while (call.listenerCount('drain') > 0) await Promise.resolve();
  expect(made).toEqual([1]);
});
