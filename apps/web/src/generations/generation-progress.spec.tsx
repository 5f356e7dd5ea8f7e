import { waitingSentence } from './generation-progress.js';
import { example } from './example-generation.js';

describe('an unfinished generation', () => {
  it('says where it stands in the queue and when it starts', () => {
    const queued = { ...example, status: 'queued' } as const;
    expect(waitingSentence({ ...queued, queue_position: 3, estimated_wait_s: 12 })).toBe(
      'Number 3 in the queue, starts in about 12 s',
    );
    expect(waitingSentence({ ...queued, queue_position: 1, estimated_wait_s: 0 })).toBe(
      'Next in the queue, starts in a moment',
    );
    // A paused queue tells no wait.
    expect(waitingSentence({ ...queued, queue_position: 2 })).toBe('Number 2 in the queue');
    expect(waitingSentence(queued)).toBe('Waiting to start');
  });

  it('says that it waits for its first step, whatever its place', () => {
    const step = { ...example, generation_id: 'first', status: 'running' } as const;
    const own = { ...step, generation_id: example.id, status: 'queued' } as const;
    expect(waitingSentence({ ...example, status: 'queued', queue_position: 1, steps: [step, own] })).toBe(
      'Waits for the first step',
    );
    expect(
      waitingSentence({
        ...example,
        status: 'queued',
        queue_position: 1,
        steps: [{ ...step, status: 'succeeded' }, own],
      }),
    ).toBe('Next in the queue');
  });
});
