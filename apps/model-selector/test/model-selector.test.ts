import { Workflow } from '@atelier/contracts/creative/v1';
import { CircuitState, ListProvidersResponse, ModelHealth, Provider } from '@atelier/contracts/generation/v1';
import { ModelSelectorServiceService, SelectModelRequest } from '@atelier/contracts/selector/v1';
import { createGrpcClient, type GrpcClient } from '@atelier/grpc';
import type { RunningService } from '@atelier/service-defaults';
import { callAs, socketAddress, testRuntime } from '@atelier/testing';
import { ProviderHealth } from '../src/infra/provider-health.js';
import { startModelSelector } from '../src/index.js';

let running: RunningService;
let client: GrpcClient<ModelSelectorServiceService>;
const context = callAs('sarah');

beforeAll(async () => {
  const { runtime } = testRuntime('model-selector');
  running = await startModelSelector({
    config: { GENERATION_URL: socketAddress('nobody'), MODEL_PARAMS_CACHE_TTL: 60 },
    runtime,
    address: socketAddress(),
  });
  client = createGrpcClient(ModelSelectorServiceService, { target: running.address });
});
afterAll(async () => {
  client.close();
  await running.close(100);
});

const select = (over: Partial<SelectModelRequest>) =>
  client.selectModel(
    SelectModelRequest.create({
      workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
      prompt: 'a boat',
      intentConfidence: 1,
      ...over,
    }),
    { context },
  );

describe('OK', () => {
  it('selects with cost, time and fallbacks while the generation service is away', async () => {
    await expect(select({})).resolves.toMatchObject({
      modelId: 'black-forest-labs/flux-1.1-pro',
      provider: 'replicate',
      estimatedCostMicros: 40_000,
      estimatedTimeS: 30,
      fallbackModels: ['black-forest-labs/flux-schnell', 'black-forest-labs/flux-1.1-pro-ultra'],
    });
  });

  it('answers a batch in order, each item with its own result', async () => {
    const item = (request: Partial<SelectModelRequest>) => ({
      request: SelectModelRequest.create(request),
      identityToken: '',
      requestId: '',
      traceparent: '',
      timeoutMs: 0,
    });
    const { results } = await client.batchSelectModels(
      {
        items: [
          item({ workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO, prompt: 'rain' }),
          item({}),
          item({ workflow: Workflow.WORKFLOW_IMAGE_GENERATION, prompt: 'x' }),
        ],
      },
      { context },
    );
    expect(results.map(({ response, errorStatus }) => response?.modelId ?? Boolean(errorStatus))).toEqual([
      'minimax/video-01',
      true,
      'black-forest-labs/flux-1.1-pro',
    ]);
  });

  it('lists the whole catalogue page by page', async () => {
    const ids: string[] = [];
    for (let pageToken = ''; ;) {
      const page = await client.listModels(
        { workflow: Workflow.WORKFLOW_UNSPECIFIED, pageSize: 7, pageToken },
        { context },
      );
      ids.push(...page.models.map(({ modelId }) => modelId));
      if (!page.nextPageToken) break;
      pageToken = page.nextPageToken;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('google/veo-3');
  });

  it('describes a model by an alias', async () => {
    const { model } = await client.getModel({ modelId: 'zsxkib/flux-kontext-pro' }, { context });
    expect(model).toMatchObject({
      modelId: 'black-forest-labs/flux-kontext-pro',
      aliases: ['zsxkib/flux-kontext-pro'],
    });
    expect(JSON.parse(model?.parameterSchemaJson ?? '')).toMatchObject({ type: 'object' });
  });
});

describe('INVALID_ARGUMENT', () => {
  it('names the fields that a pinned model can’t honour', async () => {
    const refused = select({
      workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO,
      modelId: 'minimax/video-01',
      explicitParameters: { seed: 5 },
    });
    await expect(refused).rejects.toMatchObject({
      reason: 'PARAMETERS_REFUSED',
      httpStatus: 422,
      violations: [{ field: 'parameters.seed' }],
    });
  });
  it('needs a workflow', async () => {
    await expect(select({ workflow: Workflow.WORKFLOW_UNSPECIFIED })).rejects.toMatchObject({
      reason: 'WORKFLOW_REQUIRED',
    });
  });
  it('refuses an empty batch', async () => {
    await expect(client.batchSelectModels({ items: [] }, { context })).rejects.toMatchObject({
      reason: 'BATCH_TOO_LARGE',
    });
  });
});

describe('NOT_FOUND', () => {
  it('is the answer for a model that is not in the catalogue', async () => {
    await expect(select({ modelId: 'no/such' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'MODEL_NOT_FOUND',
    });
    await expect(client.getModel({ modelId: 'no/such' }, { context })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('provider health', () => {
  const healthFrom = async (answers: (ListProvidersResponse | Error)[]): Promise<ProviderHealth> => {
    const listProviders = async () => {
      const answer = answers.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('away');
      return answer;
    };
    const health = new ProviderHealth(
      { listProviders },
      () => context,
      () => {},
    );
    for (let left = answers.length; left > 0; left -= 1) await health.refresh();
    return health;
  };
  const providers = ListProvidersResponse.create({
    providers: [
      Provider.create({ provider: 'openai', enabled: false }),
      Provider.create({
        provider: 'replicate',
        enabled: true,
        weight: 30,
        models: [
          ModelHealth.create({
            modelId: 'a/b',
            circuitState: CircuitState.CIRCUIT_STATE_OPEN,
            calls: 30,
            failures: 15,
          }),
          ModelHealth.create({ modelId: 'off', disabled: true, weight: 30 }),
          ModelHealth.create({
            modelId: 'known',
            weight: 5,
            priority: -1,
            samples: 25,
            usualP50S: 3,
            usualP95S: 6,
            costLowPermille: 900,
            costPermille: 1_000,
            costHighPermille: 1_100,
          }),
        ],
      }),
    ],
  });

  it('keeps what is known while the generation service is away', async () => {
    const health = await healthFrom([providers, new Error('away')]);
    expect(health.healthOf('a/b', 'replicate')).toMatchObject({ available: false, disabled: false, degraded: true });
    expect(health.healthOf('gpt-image-2', 'openai')).toMatchObject({ available: false, disabled: true });
    expect(health.healthOf('c/d', 'replicate')).toMatchObject({ available: true, weight: 30 });
  });

  it('knows what operators decided and what deliveries measured', async () => {
    const health = await healthFrom([providers]);
    expect(health.healthOf('off', 'replicate')).toMatchObject({ available: false, disabled: true });
    expect(health.healthOf('known', 'replicate')).toEqual({
      available: true,
      disabled: false,
      degraded: false,
      weight: 5,
      priority: -1,
      measured: { samples: 25, usualP50S: 3, usualP95S: 6, costPermille: [900, 1_000, 1_100] },
    });
    expect(health.healthOf('known', 'openai')).toMatchObject({ available: false });
  });
});
