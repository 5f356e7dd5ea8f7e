import { CircuitOpenError } from '@atelier/resilience';
import { failedJob, job, ScriptedAdapter } from '../../test/scripted-adapter.js';
import type { ProviderRequest } from '../provider-adapter.js';
import { ProviderError, type ProviderFailureKind } from '../provider-error.js';
import { CircuitBreakingAdapter } from './circuit-breaking-adapter.js';
import { ProviderCircuits } from './provider-circuits.js';

const { signal } = new AbortController();
let inner: ScriptedAdapter;
let circuits: ProviderCircuits;
let adapter: CircuitBreakingAdapter;
let changes: string[];

beforeEach(() => {
  inner = new ScriptedAdapter();
  changes = [];
  circuits = new ProviderCircuits('replicate', {
    onChange: ({ modelId, state, previous }) => changes.push(`${modelId}: ${previous} to ${state}`),
  });
  adapter = new CircuitBreakingAdapter(inner, circuits);
});
afterEach(() => circuits.dispose());

const request = (modelId: string): ProviderRequest => ({
  attemptId: 'a',
  modelId,
  input: {},
  images: {},
  deadlineMs: 1_000,
});
const submit = (modelId = 'flux') => adapter.submit(request(modelId), signal).catch((error: unknown) => error);
const error = (kind: ProviderFailureKind, options = {}) => new ProviderError(kind, 'replicate', kind, options);
async function submitAll(failures: (Error | ReturnType<typeof job>)[]): Promise<void> {
  for (const failure of failures) {
    inner.submissions = [failure];
    await submit();
  }
}

describe('the circuit of a model', () => {
  it.each(['not_bought', 'unknown', 'rate_limited'] as const)('opens after five failures that are %s', async (kind) => {
    await submitAll(Array.from({ length: 5 }, () => error(kind)));
    expect(circuits.stateOf('flux')).toBe('open');
    expect(changes).toEqual(['flux: closed to open']);
  });

  it.each(['rejected', 'content_policy', 'insufficient_credit', 'model_unavailable'] as const)(
    'stays closed after any number of refusals that are %s',
    async (kind) => {
      await submitAll(Array.from({ length: 30 }, () => error(kind)));
      expect(circuits.stateOf('flux')).toBe('closed');
    },
  );

  it('does not count callers that left', async () => {
    await submitAll(Array.from({ length: 30 }, () => error('unknown', { isAbandoned: true })));
    expect(circuits.stateOf('flux')).toBe('closed');
  });

  it('refuses without a call: not bought, with the wait and the circuit as cause', async () => {
    await submitAll(Array.from({ length: 5 }, () => error('unknown')));
    const refusal = await submit();
    expect(refusal).toMatchObject({ kind: 'not_bought', isSafeToFailOver: true });
    expect(refusal).toMatchObject({
      options: { retryAfterMs: expect.any(Number), cause: expect.any(CircuitOpenError) },
    });
    expect(inner.submitted).toHaveLength(5);
  });

  it('leaves the other models alone', async () => {
    await submitAll(Array.from({ length: 5 }, () => error('unknown')));
    expect(await submit('veo')).toMatchObject({ state: 'succeeded' });
    expect(circuits.snapshot().map(({ modelId, state }) => [modelId, state])).toEqual([
      ['flux', 'open'],
      ['veo', 'closed'],
    ]);
  });

  it('opens by answers that report a failure', async () => {
    await submitAll(Array.from({ length: 5 }, () => failedJob('provider_error')));
    expect(circuits.stateOf('flux')).toBe('open');
  });

  it('opens by jobs that fail after they were accepted, each counted once', async () => {
    for (let index = 0; index < 5; index += 1) {
      expect(circuits.stateOf('flux')).toBe('closed');
      inner.submissions = [job('starting')];
      await submit();
      inner.lookups = [job('processing'), failedJob('provider_error'), failedJob('provider_error')];
      for (const _ of [1, 2, 3]) await adapter.get?.('p1', signal);
    }
    expect(circuits.stateOf('flux')).toBe('open');
    expect(circuits.of('flux').snapshot()).toMatchObject({ calls: 5, failures: 5 });
  });

  it('says nothing by jobs that were cancelled or broke a policy', async () => {
    for (const end of [job('cancelled'), failedJob('content_policy')]) {
      inner.submissions = [job('starting')];
      await submit();
      inner.lookups = [end];
      await adapter.get?.('p1', signal);
    }
    expect(circuits.of('flux').snapshot()).toMatchObject({ calls: 0, failures: 0 });
  });

  it('never stands between a running job and its owner', async () => {
    circuits.of('flux').forceOpen();
    expect(await adapter.get?.('p1', signal)).toMatchObject({ state: 'succeeded' });
    await adapter.cancel?.('p1', signal);
    expect(inner.cancelled).toEqual(['p1']);
    circuits.of('flux').reset();
    expect(await submit()).toMatchObject({ state: 'succeeded' });
  });
});

describe('an operator', () => {
  it('holds circuits open and closed, also of models that were never called, and gives them back', async () => {
    circuits.hold((modelId) => (modelId === 'flux' ? 'open' : modelId === 'veo' ? 'closed' : undefined));
    expect(['flux', 'veo', 'other'].map((modelId) => circuits.stateOf(modelId))).toEqual(['open', 'closed', 'closed']);
    expect(await submit()).toMatchObject({ kind: 'not_bought' });
    expect(inner.submitted).toEqual([]);
    for (let call = 0; call < 9; call += 1) {
      inner.submissions = [error('unknown')];
      await submit('veo');
    }
    expect(circuits.stateOf('veo')).toBe('closed');
    circuits.hold(() => undefined);
    expect(await submit()).toMatchObject({ state: 'succeeded' });
    expect(changes).toEqual(['flux: closed to open', 'flux: open to closed']);
  });

  it('resets only the circuits that are meant, and none that is held', async () => {
    await submitAll(Array.from({ length: 5 }, () => error('unknown')));
    circuits.of('veo').forceOpen();
    circuits.hold((modelId) => (modelId === 'veo' ? 'open' : undefined));
    circuits.reset((modelId) => modelId !== 'flux');
    expect([circuits.stateOf('flux'), circuits.stateOf('veo')]).toEqual(['open', 'open']);
    circuits.reset(() => true);
    expect([circuits.stateOf('flux'), circuits.stateOf('veo')]).toEqual(['closed', 'open']);
  });
});

it('an adapter without lookups stays without', () => {
  const wrapped = new CircuitBreakingAdapter({ provider: 'openai', submit: async () => job('succeeded') }, circuits);
  expect([wrapped.get, wrapped.cancel]).toEqual([undefined, undefined]);
});
