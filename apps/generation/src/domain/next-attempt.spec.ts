import fc from 'fast-check';
import type { FailureKind } from './failure.js';
import { failureOf } from './failure.js';
import type { Attempt } from './generation.js';
import { type Candidate, maxAttempts, nextAttempt } from './next-attempt.js';

const nowMs = 1_000_000;
const time = { nowMs, deadlineMs: nowMs + 300_000 };
const a: Candidate = { modelId: 'a', provider: 'replicate', state: 'usable' };
const b: Candidate = { modelId: 'b', provider: 'replicate', state: 'usable' };
const c: Candidate = { modelId: 'c', provider: 'openai', state: 'usable' };

function failed(modelId: string, failureKind: FailureKind, change: Partial<Attempt> = {}): Attempt {
  const provider = modelId === 'c' ? 'openai' : 'replicate';
  const failure = failureOf(failureKind);
  const ids = { attemptId: modelId, provider, modelId, providerJobId: '' };
  return { ...ids, state: 'failed', startTimeMs: nowMs, endTimeMs: nowMs, failureKind, failure, ...change };
}

it('begins with the first of the chain, at once', () => {
  expect(nextAttempt([a, b, c], [], time)).toEqual({ kind: 'attempt', modelId: 'a', notBeforeMs: nowMs });
});

it('leaves out what can not be asked', () => {
  const candidates: Candidate[] = [{ ...a, state: 'circuit_open' }, { ...b, state: 'disabled' }, c];
  expect(nextAttempt(candidates, [], time)).toMatchObject({ modelId: 'c' });
});

it.each(['rejected', 'model_unavailable', 'provider_error'] as const)(
  'goes on with the next model after %s',
  (kind) => {
    expect(nextAttempt([a, b], [failed('a', kind)], time)).toMatchObject({ modelId: 'b', notBeforeMs: nowMs });
    expect(nextAttempt([a], [failed('a', kind)], time)).toMatchObject({ kind: 'give_up' });
  },
);

it('asks no other model of a provider without credit', () => {
  expect(nextAttempt([a, b, c], [failed('a', 'insufficient_credit')], time)).toMatchObject({ modelId: 'c' });
  expect(nextAttempt([a, b], [failed('a', 'insufficient_credit')], time)).toMatchObject({
    kind: 'give_up',
    failure: { code: 'PROVIDER_CREDIT_EXHAUSTED' },
  });
});

it('waits as long as a rate limit says before the same provider is asked again', () => {
  const limited = failed('a', 'rate_limited', { retryAtMs: nowMs + 9_000 });
  expect(nextAttempt([a, b], [limited], time)).toEqual({ kind: 'attempt', modelId: 'b', notBeforeMs: nowMs + 9_000 });
  expect(nextAttempt([a, b, c], [limited], time)).toMatchObject({ modelId: 'c', notBeforeMs: nowMs });
});

it('comes back to a model that could not be reached, after a pause', () => {
  expect(nextAttempt([a], [failed('a', 'not_bought')], time)).toEqual({
    kind: 'attempt',
    modelId: 'a',
    notBeforeMs: nowMs + 2_000,
  });
});

it('gives up when the wait is longer than the time that is left', () => {
  const limited = failed('a', 'rate_limited', { retryAtMs: time.deadlineMs });
  expect(nextAttempt([a], [limited], time)).toMatchObject({ failure: { code: 'PROVIDER_RATE_LIMITED' } });
});

it('gives up after three attempts, with the last reason', () => {
  const attempts = [failed('a', 'not_bought'), failed('b', 'rate_limited'), failed('c', 'not_bought')];
  expect(nextAttempt([a, b, c], attempts, time)).toMatchObject({ failure: { code: 'PROVIDER_UNAVAILABLE' } });
});

it('says which of the two it is when no model can be asked', () => {
  const none = (state: Candidate['state']) => nextAttempt([{ ...a, state }], [], time);
  expect(none('not_configured')).toMatchObject({ failure: { code: 'PROVIDER_NOT_CONFIGURED' } });
  expect(none('circuit_open')).toMatchObject({ failure: { code: 'PROVIDER_UNAVAILABLE' } });
  expect(none('disabled')).toMatchObject({ failure: { code: 'PROVIDER_DISABLED' } });
});

it('never asks more than three times, nobody that can not be asked, nothing too late and nothing twice that failed for good', () => {
  const states = fc.constantFrom<Candidate['state'][]>('usable', 'circuit_open', 'disabled', 'not_configured');
  const kinds = fc.constantFrom<FailureKind[]>(
    'not_bought',
    'rate_limited',
    'rejected',
    'model_unavailable',
    'insufficient_credit',
    'provider_error',
  );
  const attempt = fc.record({
    modelId: fc.constantFrom('a', 'b', 'c'),
    kind: kinds,
    retryInMs: fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.tuple(states, states, states), fc.array(attempt, { maxLength: 4 }), ([one, two, three], past) => {
      const candidates = [
        { ...a, state: one },
        { ...b, state: two },
        { ...c, state: three },
      ];
      const attempts = past.map(({ modelId, kind, retryInMs }) =>
        failed(modelId, kind, retryInMs === undefined ? {} : { retryAtMs: nowMs + retryInMs }),
      );
      const next = nextAttempt(candidates, attempts, time);
      if (next.kind === 'give_up') return;
      expect(attempts.length).toBeLessThan(maxAttempts);
      expect(candidates.find(({ modelId }) => modelId === next.modelId)?.state).toBe('usable');
      expect(next.notBeforeMs).toBeLessThan(time.deadlineMs);
      for (const { modelId, failureKind, retryAtMs = 0 } of attempts) {
        if (modelId !== next.modelId) continue;
        expect(['not_bought', 'rate_limited']).toContain(failureKind);
        expect(next.notBeforeMs).toBeGreaterThanOrEqual(retryAtMs);
      }
    }),
    { numRuns: 1_000 },
  );
});
