import { Workflow } from '@atelier/contracts/creative/v1';
import { ListProvidersResponse } from '@atelier/contracts/generation/v1';
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
  it('keeps the last known figures while the generation service is away', async () => {
    let away = false;
    const answer = ListProvidersResponse.create({
      providers: [
        {
          provider: 'openai',
          enabled: false,
          sandbox: false,
          circuitState: 1,
          errorRate: 0,
          capabilities: [],
          models: [],
        },
        {
          provider: 'replicate',
          enabled: true,
          sandbox: true,
          circuitState: 2,
          errorRate: 0.5,
          capabilities: [],
          models: [{ modelId: 'a/b', circuitState: 2, calls: 30, failures: 15, p50S: 3, p95S: 6 }],
        },
      ],
    });
    const health = new ProviderHealth(
      {
        listProviders: async () => {
          if (away) throw new Error('away');
          return answer;
        },
      },
      () => context,
      () => {},
    );
    await health.refresh();
    away = true;
    await health.refresh();
    expect(health.healthOf('a/b', 'replicate')).toMatchObject({ available: false, degraded: true, p50S: 3, p95S: 6 });
    expect(health.healthOf('gpt-image-2', 'openai').available).toBe(false);
    expect(health.healthOf('c/d', 'replicate').available).toBe(true);
  });
});
