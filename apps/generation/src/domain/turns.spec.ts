import fc from 'fast-check';
import { nextTurn } from './turns.js';

interface Job {
  readonly user: string;
  readonly priority: number;
  readonly turn: number;
  readonly age: number;
}

/** The queue as it is stored: turns are given on arrival, and the least (priority, turn, age) is started next. */
class Queue {
  readonly started: Job[] = [];
  waiting: Job[] = [];
  #age = 0;

  submit(user: string, priority: number): Job {
    const startedOf = this.started.filter((job) => job.priority === priority);
    const current = Math.max(0, ...startedOf.map(({ turn }) => turn));
    const own = this.waiting.filter((job) => job.user === user && job.priority === priority);
    const turn = nextTurn({
      current,
      served: startedOf.some((job) => job.user === user && job.turn === current),
      lastWaiting: own.length > 0 ? Math.max(...own.map((job) => job.turn)) : undefined,
    });
    const job = { user, priority, turn, age: (this.#age += 1) };
    this.waiting.push(job);
    return job;
  }

  start(): Job | undefined {
    const [next] = this.waiting.toSorted(
      (one, other) => other.priority - one.priority || one.turn - other.turn || one.age - other.age,
    );
    if (!next) return undefined;
    this.waiting = this.waiting.filter((job) => job !== next);
    this.started.push(next);
    return next;
  }
}

const users = ['ann', 'bob', 'cy', 'dee'];
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ user: fc.constantFrom(...users), priority: fc.constantFrom(0, 1) }) },
  { weight: 2, arbitrary: fc.constant('start' as const) },
);

function play(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): Queue {
  const queue = new Queue();
  for (const one of steps) {
    if (one === 'start') queue.start();
    else queue.submit(one.user, one.priority);
  }
  return queue;
}

it('lets a newcomer wait behind one generation of anybody else at most, and whoever was just served behind two', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(...users), (steps, user) => {
      const queue = play(steps);
      // Whoever has nothing waiting is a newcomer, whatever others have queued.
      if (queue.waiting.some((job) => job.user === user && job.priority === 1)) return;
      const started = queue.started.filter(({ priority }) => priority === 1);
      const current = Math.max(0, ...started.map(({ turn }) => turn));
      const wasServed = started.some((job) => job.user === user && job.turn === current);
      const mine = queue.submit(user, 1);
      const before: Job[] = [];
      for (let job = queue.start(); job && job !== mine; job = queue.start()) before.push(job);
      const counts = users.map((other) => before.filter((job) => job.user === other).length);
      expect(Math.max(...counts)).toBeLessThanOrEqual(wasServed ? 2 : 1);
    }),
  );
});

it('starts as many of one as of another while both wait, give or take a round', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = play(steps);
      for (let count = 0; count < 20; count += 1) for (const user of ['ann', 'bob']) queue.submit(user, 1);
      const from = queue.started.length;
      for (let count = 0; count < 20; count += 1) queue.start();
      const started = queue.started.slice(from).filter(({ priority }) => priority === 1);
      const countOf = (user: string): number => started.filter((job) => job.user === user).length;
      expect(Math.abs(countOf('ann') - countOf('bob'))).toBeLessThanOrEqual(2);
    }),
  );
});

it("keeps a user's own order, and priorities apart", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const queue = play(steps);
      const from = queue.started.length;
      while (queue.start());
      const rest = queue.started.slice(from);
      expect(rest.map(({ priority }) => priority)).toEqual(
        rest
          .map(({ priority }) => priority)
          .toSorted()
          .toReversed(),
      );
      for (const user of users) {
        const ages = rest.filter((job) => job.user === user && job.priority === 1).map(({ age }) => age);
        expect(ages).toEqual(ages.toSorted((one, other) => one - other));
      }
    }),
  );
});

it('favours nobody who asks again as soon as he was served', () => {
  const queue = new Queue();
  for (let count = 0; count < 10; count += 1) queue.submit('ann', 1);
  const order: string[] = [];
  queue.submit('bob', 1);
  for (let count = 0; count < 10; count += 1) {
    const job = queue.start();
    order.push(job?.user ?? '');
    if (job?.user === 'bob') queue.submit('bob', 1);
  }
  expect(order.filter((user) => user === 'ann')).toHaveLength(5);
});
