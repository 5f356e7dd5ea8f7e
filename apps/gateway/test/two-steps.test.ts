import { Workflow } from '@atelier/contracts/creative/v1';
import {
  type CreateGenerationRequest,
  Generation as WireGeneration,
  GenerationState,
  GenerationStep,
} from '@atelier/contracts/generation/v1';
import { Preset, ResolvePlanContextResponse } from '@atelier/contracts/presets/v1';
import type { SelectModelRequest } from '@atelier/contracts/selector/v1';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { Generation } from '../src/generations/generations.schema.js';
import { Problem } from '../src/http/problem.js';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const prompt = 'put her in a red dress and make her wave';
const image = 'https://images.example/her.png';
const edits = Workflow.WORKFLOW_REFERENCE_STYLING;
const moves = Workflow.WORKFLOW_IMAGE_TO_VIDEO;

let gateway: TestGateway;
let fakes: FakeGenerations;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans, env: { ALLOWED_IMAGE_HOSTS: 'images.example' } });
});
afterAll(() => gateway.close());
afterEach(() => expect(fakes.watching).toBe(0));
beforeEach(() => {
  fakePlans(gateway.services);
  fakes = new FakeGenerations(gateway.services);
  gateway.services.calls.length = 0;
  gateway.published.length = 0;
  gateway.services.set('classifier', 'classifyIntent', () =>
    intent({
      workflow: moves,
      finalPrompt: prompt,
      runnerUp: edits,
      runnerUpConfidence: 0.9,
      steps: [
        { workflow: edits, prompt: 'put her in a red dress', finalPrompt: 'put her in a red dress, high quality' },
        { workflow: moves, prompt: 'make her wave', finalPrompt: 'make her wave, detailed' },
      ],
    }),
  );
  gateway.services.set('selector', 'selectModel', ({ workflow }) =>
    workflow === edits
      ? selection({
          modelId: 'styling/model',
          reasoning: 'Best for dresses.',
          estimatedCostMicros: 60_000,
          costLowMicros: 60_000,
          costHighMicros: 70_000,
          warnings: ['The seed was dropped.'],
        })
      : selection({
          modelId: 'motion/model',
          reasoning: 'Best for motion.',
          estimatedCostMicros: 2_000_000,
          costLowMicros: 1_900_000,
          costHighMicros: 2_100_000,
          estimatedTimeS: 90,
          timeP50S: 80,
          timeP95S: 120,
        }),
  );
});

const ask = (json: object, path = '/api/v1/enhanced/process') => gateway.request(path, { json });
async function plan(json: object = {}): Promise<ProcessAnswer> {
  const answer = await ask({ prompt, working_image_url: image, ...json });
  const body = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({ status: 200 });
  return ProcessAnswer.parse(body);
}
const selections = () =>
  gateway.services.callsOf('selector.selectModel').map(({ request }) => request as SelectModelRequest);
const created = () =>
  gateway.services.callsOf('generation.createGeneration').map(({ request }) => request as CreateGenerationRequest);

describe('a plan with two steps', () => {
  it('has a model and a prompt for each, and the price and time of both', async () => {
    expect(await plan()).toMatchObject({
      workflow_type: 'image_to_video',
      final_prompt: 'make her wave, detailed',
      model_selection: { model_id: 'motion/model', estimated_cost: 2, estimated_time: 90 },
      estimated_cost: 2.06,
      estimated_time: 120,
      cost_range: [1.96, 2.17],
      time_range: [100, 165],
      reasoning: 'A new picture is described. | First: Best for dresses. Then: Best for motion.',
      steps: [
        {
          workflow_type: 'reference_styling',
          final_prompt: 'put her in a red dress, high quality',
          model_selection: { model_id: 'styling/model', estimated_cost: 0.06, estimated_time: 30 },
        },
        {
          workflow_type: 'image_to_video',
          final_prompt: 'make her wave, detailed',
          model_selection: { model_id: 'motion/model', estimated_cost: 2, estimated_time: 90 },
        },
      ],
      metadata: { missing_inputs: [], warnings: ['First step: The seed was dropped.'] },
    });
    const event = gateway.published.find(({ planCompleted }) => planCompleted)?.planCompleted;
    expect(event).toMatchObject({ estimatedCostMicros: 2_060_000, estimatedTimeS: 120, workflow: moves });
  });

  it('asks no question about the two readings that it serves both', async () => {
    expect((await plan()).metadata.clarify).toBeUndefined();
  });

  it('gives the pictures to the first step, and one picture to the second', async () => {
    await plan({ uploaded_images: [image] });
    expect(selections()).toMatchObject([
      { workflow: edits, imageCount: 2, prompt: 'put her in a red dress' },
      { workflow: moves, imageCount: 1, prompt: 'make her wave' },
    ]);
  });

  it('holds the second to what was asked for, and the first to what concerns the picture', async () => {
    await plan({ parameters: { duration_s: 4, aspect_ratio: '16:9', num_outputs: 2, strength: 0.4 } });
    const [first, last] = selections();
    expect(first).toMatchObject({ explicitParameters: { strength: 0.4 }, softParameters: { aspectRatio: '16:9' } });
    expect(first?.softParameters?.durationS).toBeUndefined();
    expect(first?.softParameters?.numOutputs).toBeUndefined();
    expect(last?.explicitParameters).toMatchObject({ durationS: 4, aspectRatio: '16:9', numOutputs: 2 });
    expect(last?.explicitParameters?.strength).toBeUndefined();
  });

  it.each([
    ['a model is named', { model_id: 'motion/model' }],
    ['a workflow is named', { workflow_type: 'image_to_video' }],
    ['a provider is named', { provider: 'replicate' }],
  ])('is none when %s', async (_name, named) => {
    gateway.services.set('selector', 'getModel', () => {
      throw fakeErrors.THING_NOT_FOUND();
    });
    const answer = await ask({ prompt, input_images: [image], ...named }, '/api/v1/generations');
    expect(answer.status).toBe(202);
    expect(created()).toMatchObject([{ modelId: 'motion/model', firstStep: undefined }]);
  });

  it('is none with a preset, which shapes one prompt', async () => {
    const preset = Preset.create({ presetId: 'p', promptTemplate: 'film of {prompt}' });
    gateway.services.set('presets', 'resolvePlanContext', () => ResolvePlanContextResponse.create({ preset }));
    const answer = await plan({ preset_id: 'p' });
    expect(answer).toMatchObject({ final_prompt: `film of ${prompt}`, estimated_cost: 2 });
    expect(answer.steps).toBeUndefined();
  });

  it('is none when no model takes the first step: the whole prompt is for the last', async () => {
    gateway.services.set('selector', 'selectModel', ({ workflow }) => {
      if (workflow === edits) throw fakeErrors.THING_NOT_FOUND();
      return selection({ modelId: 'motion/model' });
    });
    const answer = await plan();
    expect(answer).toMatchObject({ final_prompt: prompt, fallback_used: false });
    expect(answer.steps).toBeUndefined();
  });

  it('says what it costs before anything is planned', async () => {
    const answer = await ask({ prompt, image_count: 1 }, '/api/v1/estimate');
    expect(await answer.json()).toMatchObject({
      workflow_type: 'image_to_video',
      model_id: 'motion/model',
      estimated_cost: 2.06,
      estimated_time: 120,
      steps: [
        { model_id: 'styling/model', estimated_cost: 0.06 },
        { model_id: 'motion/model', estimated_cost: 2 },
      ],
    });
  });
});

describe('generating in two steps', () => {
  const both = {
    workflow: moves,
    modelId: 'motion/model',
    prompt,
    finalPrompt: 'make her wave, detailed',
    firstStep: {
      workflow: edits,
      modelId: 'styling/model',
      fallbackModels: ['black-forest-labs/flux-schnell'],
      finalPrompt: 'put her in a red dress, high quality',
      parameters: { aspectRatio: '1:1' },
      warnings: ['The seed was dropped.'],
    },
    inputImages: [image],
  };

  it('submits both at once with the plan', async () => {
    const answer = await plan({ generate: true });
    expect(answer.generation_id).toBeTruthy();
    expect(created()).toMatchObject([both]);
  });

  it('submits both without a plan, the mask with them', async () => {
    const json = { prompt, input_images: [image], mask: 'https://images.example/mask.png' };
    expect((await ask(json, '/api/v1/generations')).status).toBe(202);
    expect(created()).toMatchObject([{ ...both, mask: 'https://images.example/mask.png' }]);
    expect(selections().map(({ hasMask }) => hasMask)).toEqual([true, false]);
  });

  it('runs both as planned when the plan is named', async () => {
    const { request_id } = await plan();
    gateway.services.calls.length = 0;
    expect((await ask({ prompt, request_id }, '/api/v1/generations')).status).toBe(202);
    expect(selections()).toEqual([]);
    expect(created()).toMatchObject([{ ...both, planRequestId: request_id }]);
    const other = await ask({ prompt, request_id, model_id: 'styling/model' }, '/api/v1/generations');
    expect(Problem.parse(await other.json()).code).toBe('PLAN_DIFFERS');
  });

  it('tells of both steps in the generation that the caller got, and of the next one in the first', async () => {
    const [firstId, lastId] = ['0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90', '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e91'];
    const step = GenerationStep.create({
      generationId: firstId,
      workflow: edits,
      state: GenerationState.GENERATION_STATE_RUNNING,
      provider: 'replicate',
      modelId: 'styling/model',
      estimatedCostMicros: 60_000,
    });
    const last = { ...step, generationId: lastId, workflow: moves, state: GenerationState.GENERATION_STATE_QUEUED };
    gateway.services.set('generation', 'getGeneration', ({ generationId }) => ({
      generation: WireGeneration.create({
        generationId,
        state: GenerationState.GENERATION_STATE_QUEUED,
        progress: 20,
        workflow: moves,
        createTime: new Date(0),
        updateTime: new Date(0),
        ...(generationId === lastId ? { steps: [step, last] } : { nextId: lastId }),
      }),
    }));
    const read = async (id: string) =>
      Generation.parse(await (await gateway.request(`/api/v1/generations/${id}`)).json());
    expect(await read(lastId)).toMatchObject({
      status: 'queued',
      progress: 20,
      steps: [
        {
          generation_id: firstId,
          workflow_type: 'reference_styling',
          status: 'running',
          cost: { estimated: 0.06, actual: null },
        },
        { generation_id: lastId, workflow_type: 'image_to_video', status: 'queued' },
      ],
    });
    expect(await read(firstId)).toMatchObject({ next_id: lastId });
    expect((await read(firstId)).steps).toBeUndefined();
  });
});
