import { ServiceError } from '@atelier/errors';
import type { ImageJob } from './image-job.js';
import type { ImageJobRepository, ImageOutcome } from './image-job-repository.js';
import { ImagePending, ImageRefused } from './image-processor.js';
import type { MakeImageResult, MadeResult } from './make-image-result.js';
import { RunImage } from './run-image.js';

const image = { ownerId: 'sarah', jobId: 'j', index: 2 };
const made: MadeResult = { assetId: 'a', storageKey: 'k', metadata: {}, costMicros: 0 };
const job: ImageJob = {
  ownerId: 'sarah',
  jobId: 'j',
  state: 'processing',
  sources: ['0', '1', '2'],
  results: [],
  failures: [],
  current: {},
  processingTimeMs: 0,
  costMicros: 0,
  createTime: new Date(0),
  updateTime: new Date(0),
  config: { type: 'batch_optimization', quality: 'low', format: 'png', maxSize: 16, maintainAspect: true },
};

function build(make: MakeImageResult['make'], over: Partial<ImageJobRepository> = {}) {
  const outcomes: ImageOutcome[] = [];
  const parts: number[] = [];
  const ended: ImageJob[] = [];
  const runs: string[] = [];
  const unexpected: unknown[] = [];
  const cancelling = new AbortController();
  const stopping = new AbortController();
  let nowMs = 0;
  const jobs: ImageJobRepository = {
    accept: async () => 'created',
    find: async () => job,
    begin: async () => ({ config: job.config, source: 'data:,' }),
    progress: async (_, fraction) => void parts.push(fraction),
    finishImage: async (_, outcome) => (outcomes.push(outcome), { ...job, state: 'completed' }),
    cancel: async () => true,
    ...over,
  };
  const run = new RunImage(
    jobs,
    { make },
    { of: () => ({ signal: cancelling.signal, close: () => {} }) },
    {
      began: () => (outcome) => runs.push(outcome),
      failed: (error) => void unexpected.push(error),
      jobEnded: (of) => void ended.push(of),
    },
    () => nowMs,
  );
  const later = (ms: number): void => void (nowMs += ms);
  return {
    run: () => run.run(image, stopping.signal),
    giveUp: () => run.giveUp(image),
    outcomes,
    parts,
    ended,
    runs,
    unexpected,
    cancelling,
    stopping,
    later,
  };
}

it('records the result with its cost and tells when it was the last of its job', async () => {
  const { run, outcomes, ended, runs } = build(async () => ({ ...made, costMicros: 40_000 }));
  await run();
  expect(outcomes).toEqual([{ ...made, costMicros: 40_000 }]);
  expect(ended).toHaveLength(1);
  expect(runs).toEqual(['made']);
});

it('does not work on an image that is done already', async () => {
  const { run, runs } = build(() => Promise.reject(new Error('worked on')), { begin: async () => undefined });
  await run();
  expect(runs).toEqual([]);
});

it('records what is wrong with an image, and what was paid for it nevertheless', async () => {
  const { run, outcomes, unexpected } = build(() => Promise.reject(new ImageRefused('Broken.', { costMicros: 7 })));
  await run();
  expect(outcomes).toEqual([{ message: 'Broken.', costMicros: 7 }]);
  expect(unexpected).toEqual([]);
});

it('says nothing of the inside when something unexpected happens', async () => {
  const { run, outcomes, unexpected } = build(() => Promise.reject(new Error('password=1234')));
  await run();
  expect(outcomes).toEqual([{ message: 'The image could not be processed.', costMicros: 0 }]);
  expect(unexpected).toHaveLength(1);
});

const serviceError = (code: 'UNAVAILABLE' | 'DEADLINE_EXCEEDED') =>
  new ServiceError({ domain: 'd', reason: 'R', code, title: 't' }, 'not now', {});

it.each([
  ['is away', serviceError('UNAVAILABLE')],
  ['is too slow', serviceError('DEADLINE_EXCEEDED')],
  ['failed after something was bought', new ImagePending('later')],
])('leaves the image to the queue when a part of the system %s', async (_what, error) => {
  const { run, outcomes, runs } = build(() => Promise.reject(error));
  await expect(run()).rejects.toBe(error);
  expect(outcomes).toEqual([]);
  expect(runs).toEqual(['left']);
});

it('leaves the image to the next process when this one stops', async () => {
  const { run, outcomes, stopping } = build((_source, _config, { signal }) => {
    stopping.abort();
    return Promise.reject(signal.reason);
  });
  await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
  expect(outcomes).toEqual([]);
});

it('drops the image when its job is cancelled while it is worked on', async () => {
  const { run, outcomes, cancelling, runs } = build((_source, _config, { signal }) => {
    cancelling.abort();
    return Promise.reject(signal.reason);
  });
  await run();
  expect(outcomes).toEqual([]);
  expect(runs).toEqual(['left']);
});

it('tells how far an image is, but not more often than somebody could read', async () => {
  const { run, parts, later } = build(async (_source, _config, { onProgress }) => {
    onProgress(0.5);
    later(300);
    onProgress(0.1);
    onProgress(0.5);
    onProgress(0.8);
    later(300);
    onProgress(0.9);
    onProgress(1);
    return made;
  });
  await run();
  expect(parts).toEqual([0.5, 0.9]);
});

it('ends an image that was tried too often, so that its job can end', async () => {
  const { giveUp, outcomes, ended } = build(async () => made);
  await giveUp();
  expect(outcomes).toMatchObject([{ message: expect.stringContaining('several times') }]);
  expect(ended).toHaveLength(1);
});
