import { ProviderError, type ProviderFailureKind, type ProviderRequest } from '@atelier/model-providers';
import { createLogger } from '@atelier/service-defaults';
import { FakeProvider } from '../../test/fake-provider.js';
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
