import pino from 'pino';
import type { Lease } from '../domain/ports.js';
import { Dispatcher } from './dispatcher.js';

/** A queue of names that are worked on until the test says that they are done. */
function harness(places: number) {
  const waiting: string[] = [];
  const running = new Map<string, () => void>();
  const released: string[] = [];
  const timers = new Set<() => void>();
  let passedOn = 0;
  const lease = (generationId: string): Lease =>
    ({ generation: { generationId }, release: async () => void released.push(generationId) }) as unknown as Lease;
  const dispatcher = new Dispatcher({
    places,
    claim: async (free) => {
      const leases = waiting.splice(0, free).map(lease);
      return { leases, more: waiting.length > 0 };
    },
    run: ({ generation }) => new Promise((resolve) => running.set(generation.generationId, resolve)),
    passOn: async () => void (passedOn += 1),
    logger: pino({ level: 'silent' }),
    after: (_ms, callback) => {
      timers.add(callback);
      return () => timers.delete(callback);
    },
  });
  const finish = async (name: string): Promise<void> => {
    running.get(name)?.();
    running.delete(name);
    await settle();
  };
  return { dispatcher, waiting, running, released, timers, finish, passedOn: () => passedOn };
}

const settle = (): Promise<void> => new Promise(setImmediate);

it('fills its places and refills each as soon as it is free', async () => {
  const { dispatcher, waiting, running, finish } = harness(2);
  waiting.push('a', 'b', 'c');
  await dispatcher.wake();
  expect([...running.keys()]).toEqual(['a', 'b']);
  await finish('a');
  expect([...running.keys()]).toEqual(['b', 'c']);
});

it('misses no call that comes while it looks', async () => {
  const { dispatcher, waiting, running } = harness(2);
  const first = dispatcher.wake();
  waiting.push('a');
  void dispatcher.wake();
  await first;
  await settle();
  expect([...running.keys()]).toEqual(['a']);
});

it('leaves jobs to others while it has no free place, and tells them of more', async () => {
  const { dispatcher, waiting, finish, passedOn } = harness(1);
  waiting.push('a', 'b');
  let handled = false;
  const job = dispatcher.handleJob().then(() => (handled = true));
  await settle();
  expect([handled, passedOn()]).toEqual([false, 1]);
  await finish('a');
  expect(handled).toBe(false);
  await finish('b');
  await job;
  expect(handled).toBe(true);
});

it('looks again after a while although no place became free', async () => {
  const { dispatcher, waiting, timers } = harness(1);
  waiting.push('a');
  const job = dispatcher.handleJob();
  await settle();
  timers.forEach((ring) => ring());
  await job;
});

it('stops: takes nothing more, gives back what it was just taking, and tells others of what it left', async () => {
  const { dispatcher, waiting, running, released, timers, passedOn } = harness(2);
  waiting.push('a');
  await dispatcher.wake();
  waiting.push('b', 'c');
  void dispatcher.wake();
  const stopped = dispatcher.stop(1_000);
  await settle();
  timers.forEach((ring) => ring());
  await stopped;
  expect([...running.keys()]).toEqual(['a']);
  expect(released).toEqual(['b']);
  expect(passedOn()).toBeGreaterThan(0);
});
