import { ClassificationStrategy } from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { Generation, GenerationState, GetBudgetResponse } from '@atelier/contracts/generation/v1';
import { BatchAnswer } from '../src/enhanced/batch.js';
import { EnhancedHealth, EnhancedMetrics } from '../src/enhanced/enhanced-status.schema.js';
import { CompareAnswer, ProcessAnswer } from '../src/enhanced/process.schema.js';
import { Problem } from '../src/http/problem.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
});
afterAll(() => gateway.close());
beforeEach(() => {
  fakePlans(gateway.services);
  gateway.services.calls.length = 0;
  gateway.published.length = 0;
});

const base = '/api/v1/enhanced';
const ask = (json: object, path = 'process') => gateway.request(`${base}/${path}`, { json });
async function plan(json: object): Promise<ProcessAnswer> {
  const answer = await ask(json);
  const body = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({ status: 200 });
  return ProcessAnswer.parse(body);
}
async function refused(json: object, path?: string): Promise<Problem> {
  const answer = await ask(json, path);
  const problem = Problem.parse(await answer.json());
  expect(answer.status).toBe(problem.status);
  return problem;
}
const asked = <Request>(method: string): Request => gateway.services.callsOf(method).at(-1)?.request as Request;

describe('compare', () => {
  it('plans both ways and generates neither', async () => {
    gateway.services.set('classifier', 'classifyIntent', ({ strategy, prompt }) =>
      strategy === ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC
        ? intent({ workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO, finalPrompt: prompt })
        : intent({ finalPrompt: `${prompt}, detailed` }),
    );
    const answer = CompareAnswer.parse(await (await ask({ prompt: 'a movie poster' }, 'compare')).json());
    expect(answer).toMatchObject({
      ai_classification: { workflow_type: 'image_generation', metadata: { rollout: 'ai' } },
      existing_system: { workflow_type: 'text_to_video', metadata: { rollout: 'classic' } },
      differences: { workflow_type: true, model_selection: false, prompt_changes: true },
    });
    expect(answer.ai_classification.request_id).not.toBe(answer.existing_system.request_id);
    expect(gateway.services.calls.filter(({ method }) => method.startsWith('generation.'))).toEqual([]);
  });

  it('says where the plans differ: model by model, and the prompt from the one that was sent', async () => {
    gateway.services.set('classifier', 'classifyIntent', ({ strategy, prompt }) =>
      strategy === ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC
        ? intent({ finalPrompt: `${prompt}, changed` })
        : intent({ finalPrompt: prompt }),
    );
    const differences = async (): Promise<unknown> =>
      CompareAnswer.parse(await (await ask({ prompt: ' a movie poster ' }, 'compare')).json()).differences;
    await expect(differences()).resolves.toEqual({
      workflow_type: false,
      model_selection: false,
      prompt_changes: false,
    });
    let models = 0;
    gateway.services.set('selector', 'selectModel', () => selection({ modelId: `models/${(models += 1)}` }));
    await expect(differences()).resolves.toMatchObject({ workflow_type: false, model_selection: true });
  });

  it('does not take generate', async () => {
    expect((await refused({ prompt: 'a cat', generate: true }, 'compare')).code).toBe('UNKNOWN_FIELD');
  });
});

describe('batch', () => {
  it('answers in order, each with its own plan or problem', async () => {
    const requests = [
      { prompt: 'one' },
      { prompt: '' },
      { prompt: '<script>' },
      { prompt: 'four', extra: 1 },
      { prompt: 'five' },
      'no object',
    ];
    const answer = await ask({ requests }, 'batch');
    const { results } = BatchAnswer.parse(await answer.json());
    expect(results.map((result) => (result.success ? result.final_prompt : result.code))).toEqual([
      'one',
      'INVALID_REQUEST',
      'PROMPT_MARKUP_REFUSED',
      'UNKNOWN_FIELD',
      'five',
      'INVALID_REQUEST',
    ]);
    expect(new Set(results.map(({ request_id }) => request_id)).size).toBe(requests.length);
  });

  it('takes 1 to 100', async () => {
    const some = (count: number) =>
      ask({ requests: Array.from({ length: count }, (_, index) => ({ prompt: `p${index}` })) }, 'batch');
    expect((await some(0)).status).toBe(400);
    expect((await some(101)).status).toBe(400);
    const hundred = BatchAnswer.parse(await (await some(100)).json());
    expect(hundred.results.map((result) => result.success && result.final_prompt)).toEqual(
      Array.from({ length: 100 }, (_, index) => `p${index}`),
    );
  });
});

describe('generate', () => {
  it('submits the plan and names the generation', async () => {
    const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
    gateway.services.set('generation', 'createGeneration', () => ({
      generation: Generation.create({
        generationId: id,
        state: GenerationState.GENERATION_STATE_QUEUED,
        createTime: new Date(),
        updateTime: new Date(),
      }),
      replayed: false,
    }));
    const answer = await plan({ prompt: 'a cat', generate: true, idempotency_key: 'k-1' });
    expect(answer.generation_id).toBe(id);
    expect(asked<object>('generation.createGeneration')).toMatchObject({
      prompt: 'a cat',
      idempotencyKey: 'k-1',
      modelId: 'black-forest-labs/flux-1.1-pro',
      planRequestId: answer.request_id,
    });
  });

  it('is refused while an input is missing', async () => {
    gateway.services.set('classifier', 'classifyIntent', () =>
      intent({ workflow: Workflow.WORKFLOW_IMAGE_EDITING, missingInputs: ['image'] }),
    );
    expect(await refused({ prompt: 'make my photo brighter', generate: true })).toMatchObject({
      status: 422,
      code: 'MISSING_INPUT',
      errors: [{ field: 'input_images' }],
    });
    expect(gateway.services.callsOf('generation.createGeneration')).toEqual([]);
  });
});

describe('figures', () => {
  it('count plans and show the caller’s own usage', async () => {
    const fresh = await startTestGateway({ fakes: fakePlans });
    fresh.services.set('ledger', 'getBudget', () =>
      GetBudgetResponse.create({ userHourMicros: 80_000, userHourLimitMicros: 50_000_000 }),
    );
    await fresh.request(`${base}/process`, { json: { prompt: 'a cat' } });
    fresh.services.set('classifier', 'classifyIntent', () => intent({ cacheHit: true, confidence: 0.85 }));
    await fresh.request(`${base}/process`, { json: { prompt: 'a cat' } });
    const metrics = EnhancedMetrics.parse(await (await fresh.request(`${base}/metrics`)).json());
    expect(metrics).toMatchObject({
      classifications: 2,
      cache_hits: 1,
      cache_hit_rate: 0.5,
      errors: 0,
      by_workflow: { image_generation: 2 },
      by_source: { local: 2 },
      usage: { requests_this_minute: 3, cost_this_hour: 0.08, cost_limit: 50 },
    });
    expect(metrics.avg_confidence).toBeCloseTo(0.9);
    const health = EnhancedHealth.parse(await (await fresh.request(`${base}/health`)).json());
    expect(health).toMatchObject({
      ai_classification: { status: 'healthy', success_rate: 1, total_requests: 2 },
      model_availability: { 'a/b': 'available', 'c/d': 'unavailable' },
      overall_status: 'healthy',
    });
    await fresh.close();
  });
});

describe('an estimate', () => {
  const estimate = async (json: object) => gateway.request('/api/v1/estimate', { json });

  it('needs no prompt when the workflow is named', async () => {
    const answer = await estimate({ workflow_type: 'text_to_video', parameters: { duration_s: 6 } });
    expect(await answer.json()).toMatchObject({
      workflow_type: 'text_to_video',
      estimated_cost: 0.04,
      cost_range: [0.04, 0.04],
    });
    expect(gateway.services.callsOf('classifier.classifyIntent')).toEqual([]);
  });

  it('takes the workflow of a named model, or of the prompt', async () => {
    expect(await (await estimate({ model_id: 'minimax/video-01' })).json()).toMatchObject({
      workflow_type: 'text_to_video',
    });
    expect(await (await estimate({ prompt: 'a cat' })).json()).toMatchObject({ workflow_type: 'image_generation' });
  });

  it('is refused when there is nothing to estimate, or the model is unknown', async () => {
    expect((await estimate({})).status).toBe(400);
    expect((await estimate({ model_id: 'nobody/nothing' })).status).toBe(404);
  });
});
