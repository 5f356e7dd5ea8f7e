import { Workflow } from '@atelier/contracts/creative/v1';
import {
  CachePolicy,
  type CreateGenerationRequest,
  Generation as WireGeneration,
  GenerationEventType,
  Priority,
} from '@atelier/contracts/generation/v1';
import { socketAddress } from '@atelier/testing';
import type { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { Generation, GenerationPage } from '../src/generations/generations.schema.js';
import { Problem } from '../src/http/problem.js';
import { FakeGenerations, outputId } from './harness/fake-generations.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { startTestGateway, type TestGateway, type TestRequest } from './harness/test-gateway.js';

let gateway: TestGateway;
let fakes: FakeGenerations;
let sarah: string;
let ben: string;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  sarah = await gateway.keyFor('sarah');
  ben = await gateway.keyFor('ben');
});
afterAll(() => gateway.close());
beforeEach(() => {
  fakePlans(gateway.services);
  fakes = new FakeGenerations(gateway.services);
  gateway.services.calls.length = 0;
});

const base = '/api/v1/generations';
const send = (json: object, more: TestRequest = {}, path = base) => gateway.request(path, { as: sarah, json, ...more });
async function accepted(json: object, more: TestRequest = {}, path = base): Promise<Generation> {
  const answer = await send(json, more, path);
  const body = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({ status: 202 });
  const generation = Generation.parse(body);
  expect(answer.headers.get('location')).toBe(`${base}/${generation.id}`);
  return generation;
}
async function refused(json: object, more: TestRequest = {}): Promise<Problem> {
  const answer = await send(json, more);
  return Problem.parse(await answer.json());
}
const created = () =>
  gateway.services.callsOf('generation.createGeneration').map(({ request }) => request as CreateGenerationRequest);
/** Without what the gateway tells afterwards. */
const callsForTheAnswer = () =>
  gateway.services.calls.map(({ method }) => method).filter((method) => method !== 'suggestions.recordPrompts');
const end = (id: string) => fakes.happen(id, GenerationEventType.GENERATION_EVENT_TYPE_SUCCEEDED);

describe('a generation', () => {
  it('is classified, selected, filled in and accepted', async () => {
    gateway.services.set('classifier', 'classifyIntent', () => intent({ finalPrompt: 'a cat, detailed' }));
    const generation = await accepted({
      prompt: 'a cat',
      priority: 'high',
      session_id: 's1',
      parameters: { seed: 7, cfg_scale: 4 },
    });
    expect(generation).toMatchObject({
      status: 'queued',
      queue_position: 1,
      workflow_type: 'image_generation',
      cost: { estimated: 0.04, actual: null },
      priority: 'high',
      session_id: 's1',
    });
    expect(created()).toMatchObject([
      {
        prompt: 'a cat',
        finalPrompt: 'a cat, detailed',
        modelId: 'black-forest-labs/flux-1.1-pro',
        fallbackModels: ['black-forest-labs/flux-schnell'],
        priority: Priority.PRIORITY_HIGH,
        parameters: { aspectRatio: '1:1' },
      },
    ]);
    expect(gateway.services.callsOf('selector.selectModel')[0]?.request).toMatchObject({
      explicitParameters: { seed: 7, guidanceScale: 4 },
    });
  });

  it('may be answered with a stored result, as its caller wishes', async () => {
    for (const cache of ['allow', 'bypass', undefined]) await accepted({ prompt: 'a cat', cache });
    expect(created().map((request) => request.cache)).toEqual([
      CachePolicy.CACHE_POLICY_ALLOW,
      CachePolicy.CACHE_POLICY_BYPASS,
      CachePolicy.CACHE_POLICY_UNSPECIFIED,
    ]);
    expect((await send({ prompt: 'a cat', cache: 'always' })).status).toBe(400);
  });

  it('tells how long it will probably wait, and whose results it was answered with', async () => {
    const { id } = await accepted({ prompt: 'a cat' });
    const known = WireGeneration.create({ generationId: id });
    gateway.services.set('generation', 'getGeneration', () => ({ generation: { ...known, estimatedWaitMs: 4_200 } }));
    expect(await (await gateway.request(`${base}/${id}`, { as: sarah })).json()).toMatchObject({ estimated_wait_s: 5 });
    gateway.services.set('generation', 'getGeneration', () => ({ generation: { ...known, cachedFrom: 'earlier' } }));
    const answered = (await (await gateway.request(`${base}/${id}`, { as: sarah })).json()) as Generation;
    expect([answered.cached_from, answered.estimated_wait_s]).toEqual(['earlier', undefined]);
  });

  it('is not classified when its workflow is given, and no plan is counted', async () => {
    gateway.published.length = 0;
    await accepted({
      prompt: 'a cat',
      workflow_type: 'style_transfer',
      model_id: 'x/y',
      input_images: ['https://x.supabase.co/a.png'],
    });
    expect(gateway.services.callsOf('classifier.classifyIntent')).toEqual([]);
    expect(gateway.services.callsOf('selector.selectModel')[0]?.request).toMatchObject({
      workflow: Workflow.WORKFLOW_STYLE_TRANSFER,
      modelId: 'x/y',
      imageCount: 1,
    });
    expect(gateway.published.some(({ planCompleted }) => planCompleted)).toBe(false);
  });

  it('takes the workflow of a named model that serves only one', async () => {
    await accepted({ prompt: 'a cat', model_id: 'minimax/video-01' });
    expect(created()[0]?.workflow).toBe(Workflow.WORKFLOW_TEXT_TO_VIDEO);
  });

  it('takes own files by id, by link and by absolute link', async () => {
    const link = `/files/${outputId}.png`;
    await accepted({ prompt: 'brighter', workflow_type: 'image_editing', input_images: [outputId, link] });
    expect(created()[0]?.inputImages).toEqual([outputId, outputId]);
  });

  it('is the same for the same key and body, also at once, and 409 for another body', async () => {
    const headers = { 'idempotency-key': 'only-once' };
    const answers = await Promise.all([1, 2, 3].map(() => accepted({ prompt: 'a swan' }, { headers })));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await refused({ prompt: 'two swans' }, { headers })).status).toBe(409);
    expect((await refused({ prompt: 'a swan' }, { headers: { 'idempotency-key': 'x'.repeat(256) } })).status).toBe(400);
  });
});

it('buys nothing again when a whole batch is repeated with its key', async () => {
  const sendBatch = async (): Promise<unknown[]> => {
    const json = {
      requests: [
        { prompt: 'one', generate: true },
        { prompt: 'two', generate: true },
      ],
    };
    const headers = { 'idempotency-key': 'batch-once' };
    const answer = await gateway.request('/api/v1/enhanced/batch', { as: sarah, json, headers });
    const { results } = (await answer.json()) as { results: { generation_id: string }[] };
    return results.map(({ generation_id }) => generation_id);
  };
  const first = await sendBatch();
  expect(new Set(first).size).toBe(2);
  expect(await sendBatch()).toEqual(first);
});

it('answers a repeated request without planning again, so that what it was planned from may be gone', async () => {
  const headers = { 'idempotency-key': 'planned-once' };
  const first = await accepted({ prompt: 'a heron' }, { headers });
  gateway.services.calls.length = 0;
  const again = await accepted({ prompt: 'a heron' }, { headers });
  expect(again.id).toBe(first.id);
  expect(callsForTheAnswer()).toEqual(['generation.findGenerationByKey']);
});

describe('a plan', () => {
  async function plan(json: object, as = sarah): Promise<ProcessAnswer> {
    return (await (await gateway.request('/api/v1/enhanced/process', { as, json })).json()) as ProcessAnswer;
  }

  it('runs as planned, without being made again', async () => {
    const { request_id } = await plan({
      prompt: 'a paper boat',
      working_image_url: 'https://x.supabase.co/a.png',
      user_preferences: { quality: 'speed' },
    });
    gateway.services.calls.length = 0;
    const generation = await accepted({ prompt: 'a paper boat', request_id });
    expect(generation.request_id).toBe(request_id);
    expect(callsForTheAnswer()).toEqual(['generation.createGeneration']);
    expect(created()[0]).toMatchObject({ planRequestId: request_id, inputImages: ['https://x.supabase.co/a.png'] });
  });

  it('may be named with what it says, but with nothing else', async () => {
    const { request_id, model_selection, workflow_type, final_prompt } = await plan({ prompt: 'a paper boat' });
    await accepted({
      prompt: final_prompt,
      request_id,
      workflow_type,
      model_id: model_selection.model_id,
      parameters: { aspect_ratio: '1:1' },
    });
    const problem = await refused({ prompt: 'a warship', request_id, model_id: 'x/y', parameters: { width: 512 } });
    expect(problem).toMatchObject({ status: 422, code: 'PLAN_DIFFERS' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(['prompt', 'model_id', 'parameters.width']);
  });

  it('of somebody else does not exist', async () => {
    const { request_id } = await plan({ prompt: 'a paper boat' }, ben);
    expect(await refused({ prompt: 'a paper boat', request_id })).toMatchObject({
      status: 404,
      code: 'PLAN_NOT_FOUND',
    });
    expect(created()).toEqual([]);
  });

  it('that was only a fallback is not bought', async () => {
    const alone = await startTestGateway({ fakes: fakePlans, env: { CLASSIFIER_URL: socketAddress('nobody') } });
    fakes = new FakeGenerations(alone.services);
    const planned = (await (
      await alone.request('/api/v1/enhanced/process', { json: { prompt: 'a cat' } })
    ).json()) as ProcessAnswer;
    for (const json of [{ prompt: 'a cat' }, { prompt: 'a cat', request_id: planned.request_id }]) {
      const answer = await alone.request(base, { json });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBeTruthy();
      expect(await answer.json()).toMatchObject({ code: 'PLANNING_UNAVAILABLE' });
    }
    // Named exactly, it needs no classification.
    expect((await alone.request(base, { json: { prompt: 'a cat', workflow_type: 'image_generation' } })).status).toBe(
      202,
    );
    await alone.close();
  });
});

describe('bad input', () => {
  it.each([
    ['an empty prompt', { prompt: '' }, 400, 'INVALID_REQUEST'],
    ['markup', { prompt: 'javascript:alert(1)' }, 422, 'PROMPT_MARKUP_REFUSED'],
    [
      'markup in a negative prompt',
      { prompt: 'a', parameters: { negative_prompt: '<script>' } },
      422,
      'PROMPT_MARKUP_REFUSED',
    ],
    ['an unknown field', { prompt: 'a', modell: 'x' }, 400, 'UNKNOWN_FIELD'],
    ['an unknown workflow', { prompt: 'a', workflow_type: 'poetry' }, 400, 'INVALID_REQUEST'],
    ['five outputs', { prompt: 'a', parameters: { num_outputs: 5 } }, 400, 'INVALID_REQUEST'],
    ['a wrong type', { prompt: 'a', parameters: { seed: 'x' } }, 400, 'INVALID_REQUEST'],
    [
      'a host that is not allowed',
      { prompt: 'a', input_images: ['https://evil.example/a.png'] },
      422,
      'IMAGE_HOST_NOT_ALLOWED',
    ],
    [
      'a mask on a host that is not allowed',
      { prompt: 'a', mask: 'https://evil.example/a.png' },
      422,
      'IMAGE_HOST_NOT_ALLOWED',
    ],
    ['a webhook that is no web address', { prompt: 'a', webhook_url: 'ftp://x.example' }, 400, 'INVALID_REQUEST'],
    ['an unknown model', { prompt: 'a', model_id: 'nobody/nothing' }, 404, 'THING_NOT_FOUND'],
    ['an unknown plan', { prompt: 'a', request_id: 'nothing' }, 404, 'PLAN_NOT_FOUND'],
  ])('%s changes nothing', async (_name, json, status, code) => {
    expect(await refused(json)).toMatchObject({ status, code });
    expect(created()).toEqual([]);
  });

  it('such as an unknown model is named by its field', async () => {
    const problem = await refused({ prompt: 'a', model_id: 'nobody/nothing' });
    expect(problem.errors).toEqual([{ field: 'model_id', message: 'There is no such model.' }]);
  });

  it('such as a missing image is named, and never changes the workflow', async () => {
    gateway.services.set('selector', 'selectModel', () => selection({ missingInputs: ['image'] }));
    expect(await refused({ prompt: 'animate it', workflow_type: 'image_to_video' })).toMatchObject({
      status: 422,
      code: 'MISSING_INPUT',
      errors: [{ field: 'input_images' }],
    });
    expect(created()).toEqual([]);
  });
});

describe('the life of a generation', () => {
  it('is read, listed and filtered', async () => {
    const { id } = await accepted({ prompt: 'a cat' });
    expect(Generation.parse(await (await gateway.request(`${base}/${id}`, { as: sarah })).json()).id).toBe(id);
    const list = async (query = '') =>
      GenerationPage.parse(await (await gateway.request(`${base}${query}`, { as: sarah })).json());
    expect((await list()).items.map((item) => item.id)).toEqual([id]);
    expect((await list('?status=succeeded')).items).toEqual([]);
    expect((await gateway.request(`${base}?status=lost`, { as: sarah })).status).toBe(400);
  });

  it('can be cancelled once', async () => {
    const { id } = await accepted({ prompt: 'a cat' });
    const cancel = () => gateway.request(`${base}/${id}/cancel`, { method: 'POST', as: sarah });
    expect(await (await cancel()).json()).toMatchObject({ status: 'cancelled' });
    expect((await cancel()).status).toBe(409);
  });

  it('can be retried, refined and deleted', async () => {
    const { id } = await accepted({ prompt: 'a cat', session_id: 's1' });
    const refine = () => gateway.request(`${base}/${id}/refine`, { as: sarah, json: { prompt: 'make it blue' } });
    expect((await refine()).status).toBe(409);
    fakes.happen(id, GenerationEventType.GENERATION_EVENT_TYPE_OUTPUT);
    end(id);
    expect(await (await refine()).json()).toMatchObject({ parent_id: id, session_id: 's1' });
    expect(created().at(-1)).toMatchObject({ inputImages: [outputId], parentId: id });
    const retried = await gateway.request(`${base}/${id}/retry`, { method: 'POST', as: sarah });
    expect(retried.status).toBe(202);
    expect(await retried.json()).toMatchObject({ parent_id: id });
    expect((await gateway.request(`${base}/${id}`, { method: 'DELETE', as: sarah })).status).toBe(204);
    expect((await gateway.request(`${base}/${id}`, { as: sarah })).status).toBe(404);
  });

  it('shows outputs as links that need no key', async () => {
    const { id } = await accepted({ prompt: 'a cat' });
    fakes.happen(id, GenerationEventType.GENERATION_EVENT_TYPE_OUTPUT);
    const { outputs } = Generation.parse(await (await gateway.request(`${base}/${id}`, { as: sarah })).json());
    expect(outputs[0]?.url).toMatch(new RegExp(`^/files/${outputId}\\.png\\?expires=\\d+&signature=[\\w-]+$`));
  });

  it('is nobody else’s business', async () => {
    const { id } = await accepted({ prompt: 'a cat' });
    const routes: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/events'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
      ['POST', '/refine', { prompt: 'mine now' }],
      ['DELETE', ''],
    ];
    for (const [method, path, json] of routes) {
      const answer = await gateway.request(`${base}/${id}${path}`, { method, as: ben, ...(json ? { json } : {}) });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    expect(Generation.parse(await (await gateway.request(`${base}/${id}`, { as: sarah })).json()).status).toBe(
      'queued',
    );
    expect((await gateway.request(`${base}/not-a-uuid`, { as: sarah })).status).toBe(404);
  });
});
