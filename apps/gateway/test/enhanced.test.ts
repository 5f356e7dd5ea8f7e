import {
  ClassificationStrategy,
  type ClassifyIntentRequest,
  EnhancementStrategy,
} from '@atelier/contracts/classifier/v1';
import { QualityPreference, Workflow } from '@atelier/contracts/creative/v1';
import { Preset, ResolvePlanContextResponse } from '@atelier/contracts/presets/v1';
import type { SelectModelRequest } from '@atelier/contracts/selector/v1';
import { ProcessAnswer } from '../src/enhanced/process.schema.js';
import { Problem } from '../src/http/problem.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
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

describe('a plan', () => {
  it('has every field of the contract', async () => {
    gateway.services.set('classifier', 'classifyIntent', () =>
      intent({
        finalPrompt: 'a lighthouse, detailed',
        additions: ['detailed'],
        runnerUp: Workflow.WORKFLOW_STYLE_TRANSFER,
        runnerUpConfidence: 0.02,
      }),
    );
    const answer = await ask({ prompt: '  a lighthouse ' });
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(await answer.json()).toEqual({
      success: true,
      request_id: answer.headers.get('x-request-id'),
      workflow_type: 'image_generation',
      final_prompt: 'a lighthouse, detailed',
      model_selection: {
        model_id: 'black-forest-labs/flux-1.1-pro',
        provider: 'replicate',
        reasoning: 'Primary model.',
        fallback_models: ['black-forest-labs/flux-schnell'],
        estimated_cost: 0.04,
        estimated_time: 30,
        parameters: { aspect_ratio: '1:1' },
      },
      references: [],
      intent_confidence: 0.95,
      reasoning: 'A new picture is described. | Primary model.',
      processing_time: expect.any(Number),
      estimated_cost: 0.04,
      estimated_time: 30,
      metadata: {
        requires_web_search: false,
        web_search_query: null,
        enhancement_applied: true,
        classifier_source: 'local',
        cache_hit: false,
        missing_references: [],
        rollout: 'ai',
        runner_up: { workflow_type: 'style_transfer', confidence: 0.02 },
        missing_inputs: [],
        warnings: [],
      },
      cost_range: [0.04, 0.04],
      time_range: [20, 45],
      fallback_used: false,
    });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').prompt).toBe('a lighthouse');
  });

  it('carries the caller, the request id, the trace and a deadline to the services', async () => {
    const key = await gateway.keyFor('sarah');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { 'x-request-id': 'request-12345', traceparent };
    await gateway.request(`${base}/process`, { as: key, json: { prompt: 'a cat' }, headers });
    const { caller } = gateway.services.callsOf('selector.selectModel')[0] ?? {};
    expect(caller).toMatchObject({
      identity: { userId: 'sarah', scopes: ['read', 'generate'] },
      requestId: 'request-12345',
      traceparent,
    });
    expect(caller?.timeoutMs).toBeGreaterThan(0);
    expect(caller?.timeoutMs).toBeLessThanOrEqual(30_000);
  });

  it('asks for nothing that the prompt does not need', async () => {
    await plan({ prompt: 'a cat' });
    expect(gateway.services.calls.map(({ method }) => method)).toEqual([
      'classifier.classifyIntent',
      'selector.selectModel',
    ]);
  });

  it('publishes exactly one event', async () => {
    await plan({ prompt: 'a cat' });
    const plans = gateway.published.flatMap(({ planCompleted }) => planCompleted ?? []);
    expect(plans).toMatchObject([
      {
        prompt: 'a cat',
        workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
        source: 'local',
        rollout: 'ai',
        estimatedCostMicros: 40_000,
      },
    ]);
  });

  it('counts the images that come along and names the model’s missing inputs', async () => {
    gateway.services.set('classifier', 'classifyIntent', () =>
      intent({ workflow: Workflow.WORKFLOW_IMAGE_TO_VIDEO, missingInputs: ['image'] }),
    );
    gateway.services.set('selector', 'selectModel', () =>
      selection({ missingInputs: ['image'], warnings: ['Shortened to 8 seconds.'] }),
    );
    const data = 'data:image/png;base64,iVBORw0KGgo=';
    const { metadata } = await plan({
      prompt: 'animate it',
      working_image_url: 'https://x.supabase.co/a.png',
      uploaded_images: [data],
    });
    expect(metadata).toMatchObject({ missing_inputs: ['image'], warnings: ['Shortened to 8 seconds.'] });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').context).toMatchObject({
      workingImages: 1,
      uploadedImages: 1,
    });
    expect(asked<SelectModelRequest>('selector.selectModel').imageCount).toBe(2);
  });

  it('says when it is not sure', async () => {
    gateway.services.set('classifier', 'classifyIntent', () => intent({ confidence: 0.456 }));
    expect((await plan({ prompt: 'hm' })).reasoning).toContain('low confidence: 0.46');
  });

  it('asks back when two close readings differ much in price', async () => {
    gateway.services.set('classifier', 'classifyIntent', () =>
      intent({
        workflow: Workflow.WORKFLOW_TEXT_TO_VIDEO,
        confidence: 0.5,
        runnerUp: Workflow.WORKFLOW_IMAGE_GENERATION,
        runnerUpConfidence: 0.45,
      }),
    );
    gateway.services.set('selector', 'selectModel', ({ workflow }) =>
      selection({ estimatedCostMicros: workflow === Workflow.WORKFLOW_TEXT_TO_VIDEO ? 1_800_000 : 40_000 }),
    );
    const { metadata } = await plan({ prompt: 'waves' });
    expect(metadata.clarify?.options).toMatchObject([
      { workflow_type: 'text_to_video', estimated_cost: 1.8 },
      { workflow_type: 'image_generation', estimated_cost: 0.04 },
    ]);
  });
});

describe('what a caller wishes', () => {
  it('reaches classifier and selector', async () => {
    await plan({
      prompt: 'a cat',
      enhance: 'off',
      cache: 'bypass',
      user_preferences: { quality: 'quality', style: 'watercolour', format: '16:9', favourite: 'blue' },
      parameters: { seed: 7, cfg_scale: 5 },
    });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent')).toMatchObject({
      strategy: ClassificationStrategy.CLASSIFICATION_STRATEGY_CASCADE,
      enhancement: EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF,
      bypassCache: true,
    });
    expect(asked<SelectModelRequest>('selector.selectModel')).toMatchObject({
      quality: QualityPreference.QUALITY_PREFERENCE_QUALITY,
      explicitParameters: { seed: 7, guidanceScale: 5 },
      softParameters: { aspectRatio: '16:9' },
    });
  });

  it('decides: a workflow that is given is not classified, a model or provider that is named is planned with', async () => {
    const named = { workflow_type: 'image_generation', model_id: 'x/y', provider: 'replicate' };
    await plan({ prompt: 'a paper boat', ...named });
    expect(gateway.services.callsOf('classifier.classifyIntent')).toEqual([]);
    expect(asked('selector.selectModel')).toMatchObject({
      workflow: Workflow.WORKFLOW_IMAGE_GENERATION,
      modelId: 'x/y',
      provider: 'replicate',
    });
  });

  it('wins over what goes with the workflow', async () => {
    gateway.services.set('classifier', 'classifyIntent', () =>
      intent({ parameters: { audio: 'off', aspect_ratio: '1:1', fps: '24', mood: 'calm' } }),
    );
    await plan({ prompt: 'a cat, no sound', user_preferences: { format: '16:9' } });
    expect(asked<SelectModelRequest>('selector.selectModel').softParameters).toMatchObject({
      audio: false,
      aspectRatio: '16:9',
      fps: 24,
    });
    gateway.services.set('presets', 'resolvePlanContext', () =>
      ResolvePlanContextResponse.create({
        preset: { presetId: 'p', promptTemplate: '{prompt}', parameters: { fps: 12 } },
      }),
    );
    await plan({ prompt: 'a cat, no sound', preset_id: 'p', parameters: { audio: true } });
    expect(asked<SelectModelRequest>('selector.selectModel')).toMatchObject({
      explicitParameters: { audio: true },
      softParameters: { audio: false, fps: 12 },
    });
  });

  it('lets the classifier say what became of a prompt that the language model was to write', async () => {
    const warning = 'The language model could not be reached; the quick enhancement was used.';
    gateway.services.set('classifier', 'classifyIntent', ({ prompt }) =>
      intent({ finalPrompt: `${prompt}, detailed`, additions: ['detailed'], warnings: [warning] }),
    );
    const answer = await plan({ prompt: 'a cat', enhance: 'llm' });
    expect(answer).toMatchObject({
      final_prompt: 'a cat, detailed',
      metadata: { enhancement_applied: true, warnings: [warning] },
    });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').enhancement).toBe(
      EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM,
    );
    fakePlans(gateway.services);
    expect((await plan({ prompt: 'a cat', enhance: 'llm' })).metadata.warnings).toEqual([]);
  });

  it('puts a wished style into the prompt and says which format it does not know', async () => {
    const answer = await plan({ prompt: 'a cat', user_preferences: { style: 'watercolour', format: 'hologram' } });
    expect(answer.final_prompt).toBe('a cat, watercolour');
    expect(answer.metadata.warnings).toEqual(['The format "hologram" is not known and was ignored.']);
  });

  it('is classic routing when AI is not wanted', async () => {
    const { metadata } = await plan({ prompt: 'a cat', use_ai_classification: false });
    expect(metadata.rollout).toBe('classic');
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent').strategy).toBe(
      ClassificationStrategy.CLASSIFICATION_STRATEGY_CLASSIC,
    );
  });
});

describe('tags, sessions and presets', () => {
  const preset = Preset.create({
    presetId: 'cinematic_portrait',
    promptTemplate: '{prompt}, cinematic lighting',
    negativePrompt: 'amateur',
    parameters: { width: 768, guidanceScale: 7.5 },
  });

  it('are resolved in one call and join the input of the model', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () =>
      ResolvePlanContextResponse.create({
        references: [
          { tag: 'sarah', name: 'Sarah', imageUrl: 'https://x.supabase.co/sarah.png', createTime: undefined },
        ],
        missingTags: ['ben'],
        session: {
          sessionId: 's1',
          workingImageUrl: 'https://x.supabase.co/work.png',
          lastGenerationId: '',
          history: [],
        },
        preset,
      }),
    );
    const answer = await plan({
      prompt: 'put @sarah beside @ben for $& 5',
      session_id: 's1',
      preset_id: 'cinematic_portrait',
    });
    expect(answer.references).toEqual([
      { tag: 'sarah', name: 'Sarah', role: 'person', image_url: 'https://x.supabase.co/sarah.png' },
    ]);
    expect(answer.metadata.missing_references).toEqual(['ben']);
    expect(answer.final_prompt).toBe('put @sarah beside @ben for $& 5, cinematic lighting');
    expect(gateway.services.callsOf('presets.resolvePlanContext')).toHaveLength(1);
    expect(asked<object>('presets.resolvePlanContext')).toMatchObject({
      tags: ['sarah', 'ben'],
      sessionId: 's1',
      presetId: 'cinematic_portrait',
    });
    expect(asked<ClassifyIntentRequest>('classifier.classifyIntent')).toMatchObject({
      context: { workingImages: 1, references: ['sarah'] },
      enhancement: EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF,
    });
    expect(asked<SelectModelRequest>('selector.selectModel')).toMatchObject({
      imageCount: 2,
      softParameters: { width: 768, guidanceScale: 7.5, negativePrompt: 'amateur' },
    });
  });

  it('say that a preset wins over enhancement', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () =>
      ResolvePlanContextResponse.create({ preset, references: [], missingTags: [] }),
    );
    const { metadata } = await plan({ prompt: 'a cat', preset_id: 'cinematic_portrait', enhance: 'llm' });
    expect(metadata.warnings).toEqual(['The preset shapes the prompt, so the language model did not enhance it.']);
  });

  it('never fail a plan when they can’t be read', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () => {
      throw new Error('down');
    });
    const { metadata } = await plan({ prompt: 'put @sarah in a dress', session_id: 's1' });
    expect(metadata).toMatchObject({
      missing_references: ['sarah'],
      warnings: [expect.stringContaining('references, the session')],
    });
  });

  it('that name an unknown preset are the caller’s mistake', async () => {
    gateway.services.set('presets', 'resolvePlanContext', () => {
      throw fakeErrors.THING_NOT_FOUND();
    });
    expect((await refused({ prompt: 'a cat', preset_id: 'nothing' })).status).toBe(404);
  });
});
