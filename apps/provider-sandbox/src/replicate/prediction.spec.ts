import fc from 'fast-check';
import { findModel } from './model-table.js';
import { Prediction, type Ending, type PredictionStatus } from './prediction.js';

const ORDER: Record<PredictionStatus, number> = {
  starting: 0,
  processing: 1,
  succeeded: 2,
  failed: 2,
  canceled: 2,
  aborted: 2,
};

function predict(change: { ending?: Ending; deadlineAt?: number; workMs?: number } = {}): Prediction {
  const model = findModel('google/veo-2');
  if (!model) throw new TypeError('no such model');
  return new Prediction({
    id: 'p',
    model,
    input: {},
    effectiveInput: { seed: 1 },
    createdAt: 1_000,
    startDelayMs: 100,
    workMs: 900,
    ending: { kind: 'success' },
    origin: 'http://sandbox',
    ...change,
  });
}

it('only ever moves forward, however it is interrupted', () => {
  const moment = fc.integer({ min: 1_000, max: 3_000 });
  const ending = fc.constantFrom<Ending>({ kind: 'success' }, { kind: 'never' }, { kind: 'failure', error: 'no' });
  const maybe = fc.option(moment, { nil: undefined });
  fc.assert(
    fc.property(ending, maybe, maybe, maybe, (end, deadlineAt, cancelAt, readAt) => {
      const prediction = predict({ ending: end, ...(deadlineAt === undefined ? {} : { deadlineAt }) });
      let last = { rank: 0, progress: 0, status: 'starting' as PredictionStatus };
      for (let now = 1_000; now <= 3_500; now += 25) {
        if (readAt !== undefined && now >= readAt && now < readAt + 25) prediction.inputsRead(now, []);
        if (cancelAt !== undefined && now >= cancelAt && now < cancelAt + 25) prediction.cancel(now);
        const { status, progress } = prediction.phaseAt(now);
        expect(ORDER[status]).toBeGreaterThanOrEqual(last.rank);
        expect(progress).toBeGreaterThanOrEqual(last.progress);
        if (last.rank === 2) expect(status).toBe(last.status);
        last = { rank: ORDER[status], progress, status };
      }
    }),
  );
});

it('does not end before its inputs were read', () => {
  const prediction = predict();
  expect(prediction.phaseAt(9_000).status).toBe('processing');
  prediction.inputsRead(9_000, []);
  expect(prediction.phaseAt(9_000).status).toBe('succeeded');
});

it('fails as soon as its inputs turn out unreadable', () => {
  const prediction = predict();
  prediction.inputsFailed(1_200, 'cannot identify image file');
  expect(prediction.phaseAt(1_200)).toMatchObject({ status: 'failed', error: 'cannot identify image file' });
});

it('is aborted when its deadline comes before its start, and cancelled after', () => {
  expect(predict({ deadlineAt: 1_050 }).phaseAt(1_050).status).toBe('aborted');
  expect(predict({ deadlineAt: 1_500 }).phaseAt(1_500).status).toBe('canceled');
});

it('keeps its result when it is cancelled too late', () => {
  const prediction = predict();
  prediction.inputsRead(1_000, []);
  prediction.cancel(2_000);
  expect(prediction.phaseAt(2_000).status).toBe('succeeded');
});

it('tells those who wait that something happened', async () => {
  const prediction = predict();
  const { changed } = prediction;
  prediction.cancel(1_100);
  await expect(changed).resolves.toBeUndefined();
});
