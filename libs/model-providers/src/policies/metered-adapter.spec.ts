import { CircuitOpenError } from '@atelier/resilience';
import { failedJob, job, ScriptedAdapter } from '../../test/scripted-adapter.js';
import type { ProviderRequest } from '../provider-adapter.js';
import { ProviderError } from '../provider-error.js';
import { MeteredAdapter } from './metered-adapter.js';

const { signal } = new AbortController();
const request: ProviderRequest = { attemptId: 'a', modelId: 'flux', input: {}, images: {}, deadlineMs: 1_000 };
let inner: ScriptedAdapter;
let adapter: MeteredAdapter;
let now: number;
let calls: unknown[];

beforeEach(() => {
  inner = new ScriptedAdapter();
  now = 1_000_000;
  calls = [];
  adapter = new MeteredAdapter(inner, {
    now: () => now,
    maxCalls: 100,
    windowMs: 60_000,
    circuits: { stateOf: () => 'half_open' },
    onCall: (call) => calls.push(call),
  });
});

const submit = () => adapter.submit(request, signal).catch((error: unknown) => error);
async function runJob(durationMs: number, end = job('succeeded')): Promise<void> {
  inner.submissions = [job('starting')];
  await submit();
  now += durationMs;
  inner.lookups = [end];
  await adapter.get?.('p1', signal);
}

describe('health', () => {
  it('knows only models that were called', async () => {
    expect(adapter.health()).toEqual([]);
    inner.submissions = [job('starting')];
    await submit();
    expect(adapter.health()).toEqual([
      { modelId: 'flux', circuitState: 'half_open', calls: 0, failures: 0, errorRate: 0 },
    ]);
  });

  it('measures a job from its submission to its end, by nearest rank', async () => {
    for (let seconds = 1; seconds <= 20; seconds += 1) await runJob(seconds * 100);
    expect(adapter.health()).toMatchObject([{ calls: 20, failures: 0, p50Ms: 1_000, p95Ms: 1_900 }]);
  });

  it('counts failures of the provider, not refusals of the request, policy or cancellation', async () => {
    await runJob(100);
    await runJob(100, failedJob('provider_error'));
    await runJob(100, failedJob('content_policy'));
    await runJob(100, job('cancelled'));
    for (const kind of ['unknown', 'rate_limited', 'rejected', 'content_policy', 'insufficient_credit'] as const) {
      inner.submissions = [new ProviderError(kind, 'replicate', kind)];
      expect(await submit()).toMatchObject({ kind });
    }
    expect(adapter.health()).toMatchObject([{ calls: 4, failures: 3, errorRate: 0.75, p50Ms: 100, p95Ms: 100 }]);
  });

  it('forgets old calls and keeps no more than its bound', async () => {
    for (let index = 0; index < 150; index += 1) await runJob(0);
    expect(adapter.health()).toMatchObject([{ calls: 100 }]);
    now += 60_000;
    expect(adapter.health()).toEqual([
      { modelId: 'flux', circuitState: 'half_open', calls: 0, failures: 0, errorRate: 0 },
    ]);
  });

  it('sees a job end once, however often it is looked up', async () => {
    await runJob(100);
    await adapter.get?.('p1', signal);
    expect(adapter.health()).toMatchObject([{ calls: 1 }]);
  });
});

describe('every call that ended is told with its outcome', () => {
  it.each([
    [job('succeeded'), 'ok'],
    [failedJob('provider_error'), 'provider_error'],
    [new ProviderError('rate_limited', 'replicate', 'x'), 'rate_limited'],
  ])('%#', async (scripted, outcome) => {
    inner.submissions = [scripted];
    await submit();
    expect(calls).toEqual([{ modelId: 'flux', outcome, durationMs: 0 }]);
  });

  it('but a call that an open circuit refused was none', async () => {
    const cause = new CircuitOpenError('replicate/flux', 1_000);
    inner.submissions = [new ProviderError('not_bought', 'replicate', 'open', { cause })];
    await submit();
    expect(calls).toEqual([]);
    expect(adapter.health()).toEqual([]);
  });
});
