import { CircuitState, ListProvidersResponse, ModelHealth, Provider } from '@atelier/contracts/generation/v1';
import {
  GetModelResponse,
  ListModelsResponse,
  Model,
  ModelAvailability,
  ModelLifecycle,
} from '@atelier/contracts/selector/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
let reader: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  reader = await gateway.keyFor('sarah', ['read']);
  gateway.services.set('selector', 'getModel', ({ modelId }) => {
    if (![model.modelId, 'flux-fast'].includes(modelId)) throw fakeErrors.THING_NOT_FOUND();
    return GetModelResponse.create({ model });
  });
}, 60_000);
afterAll(() => gateway.close());
beforeEach(() => void gateway.services.calls.splice(0));

const model = Model.create({
  modelId: 'black-forest-labs/flux-schnell',
  provider: 'replicate',
  displayName: 'FLUX schnell',
  workflows: [Workflow.WORKFLOW_IMAGE_GENERATION, 99 as Workflow],
  outputKind: 'image',
  priceUnit: 'image',
  priceMicros: 3_000,
  typicalTimeS: 2.5,
  measuredP50S: 2.1,
  capabilities: ['seed'],
  parameterSchemaJson: '{"type":"object","properties":{"seed":{"type":"integer"}}}',
  lifecycle: ModelLifecycle.MODEL_LIFECYCLE_DEPRECATED,
  shutdownDate: '2026-12-31',
  successor: 'black-forest-labs/flux-2',
  availability: ModelAvailability.MODEL_AVAILABILITY_DEGRADED,
  aliases: ['flux-fast'],
});

const shown = {
  model_id: 'black-forest-labs/flux-schnell',
  provider: 'replicate',
  display_name: 'FLUX schnell',
  workflows: ['image_generation'],
  output_kind: 'image',
  price: { unit: 'image', amount: 0.003 },
  time: { typical: 2.5, p50: 2.1, p95: null },
  capabilities: ['seed'],
  parameters: { type: 'object', properties: { seed: { type: 'integer' } } },
  availability: 'degraded',
  lifecycle: { status: 'deprecated', shutdown_date: '2026-12-31', successor: 'black-forest-labs/flux-2' },
  aliases: ['flux-fast'],
};

const ask = (path: string, as: string | null = reader) => gateway.request(path, { as });

describe('the catalogue', () => {
  it('is listed in pages with price, times, abilities and parameters', async () => {
    gateway.services.set('selector', 'listModels', () =>
      ListModelsResponse.create({ models: [model], nextPageToken: 'p2' }),
    );
    const answer = await ask('/api/v1/models?workflow_type=hair_styling&limit=1&cursor=p1');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ items: [shown], next_cursor: 'p2' });
    const [call] = gateway.services.callsOf('selector.listModels');
    expect(call?.request).toEqual({ workflow: Workflow.WORKFLOW_HAIR_STYLING, pageSize: 1, pageToken: 'p1' });
    expect(call?.caller.identity.userId).toBe('sarah');
  });

  it('ends with a page without a cursor', async () => {
    gateway.services.set('selector', 'listModels', () => ListModelsResponse.create());
    expect(await (await ask('/api/v1/models')).json()).toEqual({ items: [], next_cursor: null });
    expect(gateway.services.callsOf('selector.listModels')[0]?.request).toEqual({
      workflow: Workflow.WORKFLOW_UNSPECIFIED,
      pageSize: 20,
      pageToken: '',
    });
  });

  it.each([
    ['workflow_type', 'workflow_type=painting'],
    ['limit', 'limit=101'],
    ['limit', 'limit=0'],
  ])('names the field that is wrong: %s', async (field, query) => {
    const answer = await ask(`/api/v1/models?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field }] });
    expect(gateway.services.calls).toEqual([]);
  });
});

describe('a model', () => {
  it.each(['black-forest-labs/flux-schnell', 'flux-fast'])('is read by its id or alias: %s', async (id) => {
    const answer = await ask(`/api/v1/models/${id}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(shown);
  });

  it('shows what recent generations took and cost once that is known', async () => {
    const figures = { measuredSamples: 40, measuredCostLowMicros: 2_900, measuredCostMicros: 3_000 };
    gateway.services.set('selector', 'listModels', () =>
      ListModelsResponse.create({ models: [{ ...model, ...figures, measuredCostHighMicros: 3_400, measuredP95S: 6 }] }),
    );
    const { items } = (await (await ask('/api/v1/models')).json()) as { items: (typeof shown)[] };
    expect(items[0]).toMatchObject({
      price: { amount: 0.003, measured: { p5: 0.0029, p50: 0.003, p95: 0.0034, samples: 40 } },
      time: { p50: 2.1, p95: 6 },
    });
  });

  it.each(['nobody/nothing', 'nothing', 'a/..%2Fb', 'a%20b/c'])('that is unknown is not found: %s', async (id) => {
    const answer = await ask(`/api/v1/models/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });
});

it('shows providers with their circuits, and a provider without a key as disabled', async () => {
  const health = ModelHealth.create({
    modelId: 'black-forest-labs/flux-schnell',
    circuitState: CircuitState.CIRCUIT_STATE_HALF_OPEN,
    calls: 8,
    failures: 2,
    p50S: 2,
  });
  const providers = [
    Provider.create({
      provider: 'replicate',
      enabled: true,
      sandbox: true,
      circuitState: CircuitState.CIRCUIT_STATE_HALF_OPEN,
      errorRate: 0.25,
      capabilities: ['image'],
      models: [health],
    }),
    Provider.create({ provider: 'openai', enabled: true, circuitState: CircuitState.CIRCUIT_STATE_OPEN }),
    Provider.create({ provider: 'gemini', circuitState: CircuitState.CIRCUIT_STATE_CLOSED }),
  ];
  gateway.services.set('generation', 'listProviders', () => ListProvidersResponse.create({ providers }));
  const nothing = { sandbox: false, error_rate: 0, capabilities: [], models: [] };
  expect(await (await ask('/api/v1/providers')).json()).toEqual({
    providers: [
      {
        provider: 'replicate',
        enabled: true,
        sandbox: true,
        status: 'degraded',
        circuit_state: 'half_open',
        error_rate: 0.25,
        capabilities: ['image'],
        models: [
          {
            model_id: health.modelId,
            circuit_state: 'half_open',
            enabled: true,
            calls: 8,
            failures: 2,
            error_rate: 0.25,
            p50: 2,
            p95: null,
          },
        ],
      },
      { ...nothing, provider: 'openai', enabled: true, status: 'down', circuit_state: 'open' },
      { ...nothing, provider: 'gemini', enabled: false, status: 'disabled', circuit_state: 'closed' },
    ],
  });
});

it.each(['/api/v1/models', '/api/v1/models/a/b', '/api/v1/providers'])('%s needs a key that may read', async (path) => {
  expect((await ask(path, null)).status).toBe(401);
  expect((await ask(path, await gateway.keyFor('ben', ['generate']))).status).toBe(403);
  expect(gateway.services.calls).toEqual([]);
});
