import { ProviderError, type ProviderFailureKind, type ProviderRequest } from '@atelier/model-providers';
import { createLogger } from '@atelier/service-defaults';
import { FakeProvider } from '../../test/fake-provider.js';
import { type ControlSettings, type ProviderDecisions, undecided } from '../domain/provider-control.js';
import { ProviderRegistry } from './provider-registry.js';

const { signal } = new AbortController();
const request: ProviderRequest = { attemptId: 'a', modelId: 'm', input: {}, images: {}, deadlineMs: 1_000 };
let provider: FakeProvider;
let registry: ProviderRegistry;
let changes: unknown[];
beforeEach(() => {
  provider = new FakeProvider('replicate', 'with_jobs');
  changes = [];
  registry = new ProviderRegistry({
    providers: [{ adapter: provider, sandbox: true }],
    circuits: { failureThreshold: 2, resetTimeoutMs: 60_000, successThreshold: 1 },
    logger: createLogger({ service: 'generation', version: 'test', level: 'silent' }),
    onCircuitChange: (change) => changes.push(change),
  });
});
afterEach(() => registry.close());
const refuse =
  (kind: ProviderFailureKind, options = {}) =>
  () => {
    throw new ProviderError(kind, 'replicate', kind, options);
  };

it('answers failed calls as data: what they mean for money, and when to come back', async () => {
  provider.onSubmit = refuse('rate_limited', { retryAfterMs: 5_000, status: 429 });
  expect(await registry.submit('replicate', request, signal)).toMatchObject({
    ok: false,
    kind: 'rate_limited',
    retryAfterMs: 5_000,
  });
  provider.onGet = refuse('rejected', { status: 404 });
  expect(await registry.lookUp('replicate', 'p', signal)).toMatchObject({ ok: false, gone: true });
});

it('takes an error that nobody expected for an unknown outcome', async () => {
  provider.onSubmit = () => {
    throw new TypeError('bug');
  };
  expect(await registry.submit('replicate', request, signal)).toMatchObject({ ok: false, kind: 'unknown' });
});

it('buys nothing at a provider that is not configured', async () => {
  expect(registry.stateOf('openai', 'm')).toBe('not_configured');
  expect(await registry.submit('openai', request, signal)).toEqual({ ok: false, kind: 'not_bought' });
  expect(await registry.lookUp('openai', 'p', signal)).toEqual({ ok: false, kind: 'not_bought' });
});

it('reports an open circuit, so that nobody asks in vain', async () => {
  provider.onSubmit = refuse('unknown');
  for (const _ of [1, 2]) await registry.submit('replicate', request, signal);
  expect(registry.stateOf('replicate', 'm')).toBe('circuit_open');
  expect(registry.stateOf('replicate', 'other')).toBe('usable');
  expect(changes).toEqual([{ provider: 'replicate', modelId: 'm', state: 'open' }]);
  expect(registry.health()).toMatchObject([
    { provider: 'replicate', sandbox: true, models: [{ circuitState: 'open' }] },
  ]);
});

it('says whether the provider was told of a cancellation', async () => {
  expect(await registry.cancel('replicate', 'p')).toBe(true);
  const away = new FakeProvider('openai', 'with_jobs');
  Object.assign(away, { cancel: async () => refuse('not_bought')() });
  const other = new ProviderRegistry({
    providers: [{ adapter: away, sandbox: false }],
    circuits: { failureThreshold: 2, resetTimeoutMs: 60_000, successThreshold: 1 },
    logger: createLogger({ service: 'generation', version: 'test', level: 'silent' }),
    onCircuitChange: () => {},
  });
  expect(await other.cancel('openai', 'p')).toBe(false);
  other.close();
});

describe('what operators decide', () => {
  const decided = (over: Partial<ProviderDecisions> = {}): ProviderDecisions => ({ settings: [], holds: [], ...over });
  const setting = (modelId: string, change: Partial<ControlSettings> = {}) => ({
    ...undecided,
    provider: 'replicate',
    modelId,
    ...change,
  });

  it('turns a provider or one of its models off, and work under way is still followed', async () => {
    registry.follow(decided({ settings: [setting('m', { enabled: false })] }));
    expect([registry.stateOf('replicate', 'm'), registry.stateOf('replicate', 'other')]).toEqual([
      'disabled',
      'usable',
    ]);
    registry.follow(decided({ settings: [setting('', { enabled: false }), setting('m')] }));
    expect(registry.stateOf('replicate', 'm')).toBe('disabled');
    expect(await registry.lookUp('replicate', 'p', signal)).toMatchObject({ ok: true });
    registry.follow(decided());
    expect(registry.stateOf('replicate', 'm')).toBe('usable');
  });

  it('is shown: of a model its own weight and priority, else those of its provider', () => {
    registry.follow(decided({ settings: [setting('', { weight: 30, priority: 5 }), setting('m', { weight: 0 })] }));
    expect(registry.health()).toMatchObject([
      {
        enabled: true,
        weight: 30,
        priority: 5,
        models: [{ modelId: 'm', enabled: true, weight: 0, priority: 5, circuitState: 'closed', calls: 0 }],
      },
    ]);
  });

  it('holds circuits, of a model before those of its provider, and resets them once', async () => {
    const hold = (modelId: string, held: 'open' | 'closed' | undefined, resets = 0) => ({
      provider: 'replicate',
      modelId,
      ...(held ? { held } : {}),
      resets,
    });
    registry.follow(decided({ holds: [hold('', 'open'), hold('m', 'closed')] }));
    expect([registry.stateOf('replicate', 'm'), registry.stateOf('replicate', 'other')]).toEqual([
      'usable',
      'circuit_open',
    ]);
    expect(registry.circuits()).toMatchObject([
      { modelId: 'm', state: 'closed', forced: 'closed', failureThreshold: 2 },
    ]);
    registry.follow(decided());
    provider.onSubmit = refuse('unknown');
    for (const _ of [1, 2]) await registry.submit('replicate', request, signal);
    expect(registry.stateOf('replicate', 'm')).toBe('circuit_open');
    registry.follow(decided({ holds: [hold('', undefined, 1)] }));
    expect(registry.stateOf('replicate', 'm')).toBe('usable');
    for (const _ of [1, 2]) await registry.submit('replicate', request, signal);
    registry.follow(decided({ holds: [hold('', undefined, 1)] }));
    expect(registry.stateOf('replicate', 'm')).toBe('circuit_open');
  });
});

it('gives a provider circuits of its own where they are configured', async () => {
  const own = new ProviderRegistry({
    providers: [{ adapter: provider, sandbox: false }],
    circuits: { failureThreshold: 5, resetTimeoutMs: 60_000, successThreshold: 1 },
    ownCircuits: { replicate: { failureThreshold: 1, resetTimeoutMs: 5_000, successThreshold: 2 } },
    logger: createLogger({ service: 'generation', version: 'test', level: 'silent' }),
    onCircuitChange: () => {},
  });
  provider.onSubmit = refuse('unknown');
  await own.submit('replicate', request, signal);
  expect(own.circuits()).toMatchObject([{ state: 'open', failureThreshold: 1, resetTimeoutMs: 5_000 }]);
  own.close();
});

it('replaces failed attempts only within the budget of the provider', () => {
  const tight = new ProviderRegistry({
    providers: [{ adapter: provider, sandbox: false }],
    circuits: { failureThreshold: 5, resetTimeoutMs: 60_000, successThreshold: 1 },
    calls: { maxConcurrent: 1, retries: { floor: 1, ratio: 0 } },
    logger: createLogger({ service: 'generation', version: 'test', level: 'silent' }),
    onCircuitChange: () => {},
  });
  expect([tight.takeRetry('replicate'), tight.takeRetry('replicate'), tight.takeRetry('openai')]).toEqual([
    true,
    false,
    false,
  ]);
  tight.close();
});
