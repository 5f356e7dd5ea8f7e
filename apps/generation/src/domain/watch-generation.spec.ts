import { newGeneration } from '../../test/generation-fixture.js';
import type { Generation, GenerationEvent, GenerationEventType } from './generation.js';
import { watchGeneration, type WatchTools } from './watch-generation.js';

/** A stored generation whose events the test writes, and whose hints it sends or forgets. */
class Stored {
  readonly events: GenerationEvent[] = [];
  generation: Generation = newGeneration({ state: 'running' });
  readonly wakes = new Set<() => void>();
  timers: (() => void)[] = [];
  reads = 0;

  tell(type: GenerationEventType): void {
    const sequence = this.events.length + 1;
    const state = type === 'succeeded' ? 'succeeded' : 'running';
    this.generation = { ...this.generation, state, lastSequence: sequence };
    this.events.push({ sequence, type, timeMs: 0, generation: this.generation });
  }

  hint(): void {
    for (const wake of this.wakes) wake();
  }

  readonly tools: WatchTools = {
    reader: {
      events: async (_id, after, limit) => {
        this.reads += 1;
        return this.events.filter(({ sequence }) => sequence > after).slice(0, limit);
      },
      find: async () => this.generation,
    },
    watch: (_id, wake) => {
      this.wakes.add(wake);
      return () => void this.wakes.delete(wake);
    },
    after: (_ms, wake) => {
      this.timers = [wake];
      return () => void (this.timers = []);
    },
  };
}

let stored: Stored;
let abort: AbortController;
beforeEach(() => {
  stored = new Stored();
  abort = new AbortController();
});
const watch = (after = 0) => watchGeneration(stored.tools, 'id', after, abort.signal);
async function sequences(events: AsyncIterable<GenerationEvent>): Promise<number[]> {
  const seen: number[] = [];
  for await (const { sequence } of events) seen.push(sequence);
  return seen;
}

it('replays what was missed, without gap or repeat, and ends with the terminal event', async () => {
  for (let told = 0; told < 40; told += 1) stored.tell('progress');
  stored.tell('succeeded');
  expect(await sequences(watch(7))).toEqual(Array.from({ length: 34 }, (_, index) => index + 8));
});

it('goes on with new events as they are hinted, and reads once for each', async () => {
  stored.tell('queued');
  const events = watch();
  expect((await events.next()).value).toMatchObject({ sequence: 1 });
  const next = events.next();
  await Promise.resolve();
  stored.tell('progress');
  stored.hint();
  expect((await next).value).toMatchObject({ sequence: 2 });
  expect(stored.reads).toBe(2);
});

it('notices an event whose hint came while it was reading', async () => {
  const events = watch();
  const { reader } = stored.tools;
  const read = reader.events;
  // Told and hinted after the read has seen nothing, but before it has answered.
  reader.events = async (...parameters) => {
    const found = await read(...parameters);
    reader.events = read;
    stored.tell('succeeded');
    stored.hint();
    return found;
  };
  expect(await sequences(events)).toEqual([1]);
});

it('looks again after a while when a hint was missed', async () => {
  const next = watch().next();
  while (stored.reads === 0) await Promise.resolve();
  stored.tell('succeeded');
  while (stored.timers.length === 0) await Promise.resolve();
  stored.timers[0]?.();
  expect((await next).value).toMatchObject({ sequence: 1 });
});

it('ends at once for a reader who has seen everything', async () => {
  stored.tell('succeeded');
  expect(await sequences(watch(1))).toEqual([]);
});

it('leaves nothing behind when the reader goes away', async () => {
  const next = watch().next();
  while (stored.wakes.size === 0) await Promise.resolve();
  abort.abort();
  expect(await next).toMatchObject({ done: true });
  expect([stored.wakes.size, stored.timers.length]).toEqual([0, 0]);
});
