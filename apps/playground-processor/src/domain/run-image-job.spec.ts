import type { ImageFailure, ImageJob, ImageResult } from './image-job.js';
import type { ImageJobRepository } from './image-job-repository.js';
import { ImageRefused } from './image-processor.js';
import { RunImageJob } from './run-image-job.js';

function build(over: { refuse?: number[]; stopAfter?: number; done?: number[] } = {}) {
  const stop = new AbortController();
  const read: string[] = [];
  let job: ImageJob = {
    ownerId: 'sarah',
    jobId: 'j',
    state: 'pending',
    sources: ['0', '1', '2'],
    failures: [],
    currentImage: 0,
    processingTimeMs: 0,
    createTime: new Date(0),
    updateTime: new Date(0),
    config: { type: 'batch_optimization', quality: 'low', format: 'png', maxSize: 16, maintainAspect: true },
    results: (over.done ?? []).map((index) => ({ index, assetId: `a${index}`, storageKey: 'k', metadata: {} })),
  };
  const jobs: ImageJobRepository = {
    accept: async () => 'created',
    find: async () => job,
    start: async () => (job = { ...job, state: 'processing' }),
    beginImage: async () => {},
    finishImage: async (_, outcome) => {
      if ('assetId' in outcome) job = { ...job, results: [...job.results, outcome as ImageResult] };
      else job = { ...job, failures: [...job.failures, outcome as ImageFailure] };
      if (job.results.length + job.failures.length === over.stopAfter) stop.abort();
      return true;
    },
    finish: async (_, state) => void (job = { ...job, state }),
    cancel: async () => true,
  };
  const run = new RunImageJob(
    jobs,
    {
      make: async (source) => {
        read.push(source);
        if (over.refuse?.includes(Number(source))) throw new ImageRefused('Broken.');
        return { assetId: 'a', storageKey: 'k', metadata: {}, costMicros: 0 };
      },
    },
    { failed: () => {}, changed: () => {} },
  );
  return { run: () => run.run('sarah', 'j', stop.signal), read, job: () => job };
}

it('completes when at least one image worked and fails when none did', async () => {
  const some = build({ refuse: [0, 2] });
  await some.run();
  expect(some.job()).toMatchObject({
    state: 'completed',
    failures: [
      { index: 0, message: 'Broken.' },
      { index: 2, message: 'Broken.' },
    ],
  });
  const none = build({ refuse: [0, 1, 2] });
  await none.run();
  expect(none.job().state).toBe('failed');
});

it('goes on at the next image after a restart', async () => {
  const { run, read, job } = build({ done: [0] });
  await run();
  expect(read).toEqual(['1', '2']);
  expect(job().state).toBe('completed');
});

it('leaves the rest of the job to the next process when this one stops', async () => {
  const { run, read, job } = build({ stopAfter: 1 });
  await run();
  expect(read).toEqual(['0']);
  expect(job().state).toBe('processing');
});
