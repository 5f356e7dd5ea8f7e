import {
  CircuitBreaker,
  CircuitState,
  ControlSettings,
  ListCircuitBreakersResponse,
  ListProvidersResponse,
  ListProviderSettingsResponse,
  OverrideCircuitBreakerResponse,
  Provider,
  ProviderControl,
  UpdateProviderSettingsResponse,
} from '@atelier/contracts/generation/v1';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => void gateway.services.calls.splice(0));

const decided = new Date('2026-11-21T10:00:00Z');
const control = ProviderControl.create({
  provider: 'openai',
  configured: true,
  settings: ControlSettings.create({ enabled: true, weight: 0, priority: -2, updateUser: 'boss', updateTime: decided }),
  models: [{ modelId: 'gpt-image-2', settings: ControlSettings.create({ enabled: false }) }],
});
const shown = {
  provider: 'openai',
  configured: true,
  key_set: true,
  sandbox: false,
  status: 'down',
  circuit_state: 'open',
  error_rate: 0.5,
  enabled: true,
  weight: 0,
  priority: -2,
  updated_at: decided.toISOString(),
  updated_by: 'boss',
  models: [
    { model_id: 'gpt-image-2', enabled: false, weight: null, priority: null, updated_at: null, updated_by: null },
  ],
};
const circuit = CircuitBreaker.create({
  provider: 'replicate',
  modelId: 'a/b',
  state: CircuitState.CIRCUIT_STATE_HALF_OPEN,
  calls: 7,
  failures: 2,
  consecutiveFailures: 1,
  openTime: decided,
  failureThreshold: 5,
  timeoutS: 60,
  successThreshold: 3,
});

beforeEach(() => {
  const health = Provider.create({
    provider: 'openai',
    enabled: true,
    configured: true,
    circuitState: CircuitState.CIRCUIT_STATE_OPEN,
    errorRate: 0.5,
  });
  gateway.services.set('generation', 'listProviders', () => ListProvidersResponse.create({ providers: [health] }));
  gateway.services.set('providerAdmin', 'updateProviderSettings', () =>
    UpdateProviderSettingsResponse.create({ provider: control }),
  );
});

it('shows every provider with what was decided, and of its key only whether it is set', async () => {
  const unset = ProviderControl.create({ provider: 'gemini', settings: ControlSettings.create({ enabled: true }) });
  const sandboxed = ProviderControl.create({
    provider: 'replicate',
    configured: true,
    sandbox: true,
    settings: ControlSettings.create({ enabled: false }),
  });
  gateway.services.set('providerAdmin', 'listProviderSettings', () =>
    ListProviderSettingsResponse.create({ providers: [control, unset, sandboxed] }),
  );
  const answer = await gateway.request('/api/v1/admin/providers');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    items: [
      shown,
      { provider: 'gemini', configured: false, key_set: false, status: 'disabled', weight: null, models: [] },
      { provider: 'replicate', configured: true, key_set: false, sandbox: true, status: 'disabled' },
    ],
    next_cursor: null,
  });
});

describe('changing a provider', () => {
  const change = (json: unknown, provider = 'openai') =>
    gateway.request(`/api/v1/admin/providers/${provider}`, { method: 'PATCH', json });

  it('passes on what is given and forgets what is null, for the provider and its models', async () => {
    const models = [{ model_id: 'gpt-image-2', enabled: false, priority: null }];
    const answer = await change({ weight: 0, priority: null, models });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(shown);
    expect(gateway.services.callsOf('providerAdmin.updateProviderSettings')[0]?.request).toEqual({
      provider: 'openai',
      changes: [
        { modelId: '', weight: 0, clearWeight: false, clearPriority: true },
        { modelId: 'gpt-image-2', enabled: false, clearWeight: false, clearPriority: true },
      ],
    });
  });

  it.each([
    [{ weight: 1_001 }, 'weight'],
    [{ weight: 0.5 }, 'weight'],
    [{ priority: 'high' }, 'priority'],
    [{ enabled: 'no' }, 'enabled'],
    [{ models: [{ model_id: 'm', weight: -1 }] }, 'models.0.weight'],
    [{ models: [{ enabled: true }] }, 'models.0.model_id'],
    [{ models: [{ model_id: 'm' }, { model_id: 'm' }] }, 'models'],
    [{}, 'body'],
    [{ api_key: 'sk-planted' }, 'api_key'],
  ])('names the field that is wrong: %j', async (body, field) => {
    const answer = await change(body);
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as { errors: { field: string }[] };
    expect(problem.errors.map((error) => error.field)).toContain(field);
    expect(JSON.stringify(problem)).not.toContain('sk-planted');
    expect(gateway.services.calls).toEqual([]);
  });

  it('answers 404 for a provider that does not exist', async () => {
    gateway.services.set('providerAdmin', 'updateProviderSettings', () => {
      throw fakeErrors.THING_NOT_FOUND();
    });
    expect((await change({ enabled: false }, 'acme')).status).toBe(404);
    expect((await change({ enabled: false }, 'a%20b')).status).toBe(404);
  });
});

describe('circuit breakers', () => {
  it('are shown with state, counts, error rate and thresholds', async () => {
    gateway.services.set('providerAdmin', 'listCircuitBreakers', () =>
      ListCircuitBreakersResponse.create({ circuitBreakers: [circuit] }),
    );
    expect(await (await gateway.request('/api/v1/admin/circuit-breakers')).json()).toEqual({
      items: [
        {
          provider: 'replicate',
          model_id: 'a/b',
          state: 'half_open',
          held: null,
          calls: 7,
          failures: 2,
          error_rate: 0.286,
          consecutive_failures: 1,
          rejected: 0,
          opened_at: decided.toISOString(),
          failure_threshold: 5,
          timeout: 60,
          success_threshold: 3,
        },
      ],
      next_cursor: null,
    });
  });

  it.each([
    ['force_open', 1],
    ['force_close', 2],
    ['reset', 3],
  ])('are moved by %s', async (action, wire) => {
    gateway.services.set('providerAdmin', 'overrideCircuitBreaker', () =>
      OverrideCircuitBreakerResponse.create({ circuitBreakers: [{ ...circuit, held: 'open' }] }),
    );
    const json = { provider: 'replicate', ...(action === 'reset' ? {} : { model_id: 'a/b' }), action };
    const answer = await gateway.request('/api/v1/admin/circuit-breakers', { method: 'POST', json });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ items: [{ model_id: 'a/b', held: 'open' }] });
    const [call] = gateway.services.callsOf('providerAdmin.overrideCircuitBreaker');
    expect(call?.request).toEqual({ provider: 'replicate', modelId: action === 'reset' ? '' : 'a/b', action: wire });
  });

  it('are not moved by a wrong request', async () => {
    const json = { provider: '', action: 'explode' };
    const answer = await gateway.request('/api/v1/admin/circuit-breakers', { method: 'POST', json });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'provider' }, { field: 'action' }] });
    expect(gateway.services.calls).toEqual([]);
  });
});

it('is for administrators only', async () => {
  const maker = await gateway.keyFor('maker', ['generate', 'read']);
  for (const [method, path] of [
    ['GET', '/api/v1/admin/providers'],
    ['PATCH', '/api/v1/admin/providers/openai'],
    ['GET', '/api/v1/admin/circuit-breakers'],
    ['POST', '/api/v1/admin/circuit-breakers'],
  ] as const)
    expect((await gateway.request(path, { method, as: maker })).status).toBe(403);
  expect(gateway.services.calls).toEqual([]);
});
