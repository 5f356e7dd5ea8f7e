import { jest } from '@jest/globals';
import {
  BatchClassifyIntentsItem,
  ClassificationSource,
  ClassificationStrategy,
  ClassifyIntentRequest,
  EnhancementStrategy,
  EnhancePromptRequest,
} from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { decodeStatus } from '@atelier/errors';
import { callAs } from '@atelier/testing';
import { type LlmWorld, startLlmWorld } from './harness/llm-world.js';
import { answering, failing, usage } from './harness/openai-server.js';

// Starting the whole service takes its time on a busy machine.
jest.setTimeout(30_000);

const sarah = { context: callAs('sarah', 'request-1') };
const llmFirst = ClassificationStrategy.CLASSIFICATION_STRATEGY_LLM_FIRST;
const llm = EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM;
const quick = EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK;
const classify = (over: Partial<ClassifyIntentRequest>) =>
  ClassifyIntentRequest.create({
    strategy: llmFirst,
    enhancement: EnhancementStrategy.ENHANCEMENT_STRATEGY_OFF,
    ...over,
  });
const enhance = (over: Partial<EnhancePromptRequest>) => EnhancePromptRequest.create({ strategy: llm, ...over });
const styleTransfer = {
  workflow: 'style_transfer',
  confidence: 0.9,
  reasoning: 'It asks for another look.',
  requires_web_search: false,
  web_search_query: '',
};
/** 900 tokens read and 50 written by gpt-4o-mini. */
const actualMicros = 165;

let world: LlmWorld;
const start = async (env?: Record<string, string>): Promise<void> => void (world = await startLlmWorld(env));
afterEach(() => world.close());

describe('classification by the language model', () => {
  it('reserves, asks, and settles what was billed with its tokens in the name of the caller', async () => {
    await start();
    world.openAi.behave = answering(() => styleTransfer);
    const answer = await world.client.classifyIntent(classify({ prompt: 'as if Monet had seen it' }), sarah);
    expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_LLM);
    expect(answer.confidence).toBeLessThanOrEqual(0.95);
    expect(answer.reasoning).not.toBe('');
    const [reservation, settlement] = await world.ledger.seen(2);
    expect(reservation).toMatchObject({
      kind: 'reserve',
      request: { kind: 'llm' },
      userId: 'sarah',
      requestId: 'request-1',
    });
    expect(Number(reservation?.request['amountMicros'])).toBeGreaterThan(actualMicros);
    expect(settlement).toMatchObject({
      kind: 'settle',
      request: {
        amountMicros: actualMicros,
        provider: 'openai',
        modelId: 'gpt-4o-mini',
        inputTokens: usage.prompt_tokens,
        outputTokens: usage.completion_tokens,
      },
      userId: 'sarah',
      requestId: 'request-1',
    });
    const calls = world.published.flatMap(({ providerCalled }) => providerCalled ?? []);
    expect(calls).toMatchObject([{ provider: 'openai', modelId: 'gpt-4o-mini', outcome: 'ok' }]);
  });

  it('settles the upper estimate when the caller leaves before the answer', async () => {
    await start();
    const leaving = new AbortController();
    world.openAi.behave = () => leaving.abort();
    const asked = world.client.classifyIntent(classify({ prompt: 'x y z' }), { ...sarah, signal: leaving.signal });
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    const [reservation, settlement] = await world.ledger.seen(2);
    expect(settlement).toMatchObject({
      kind: 'settle',
      request: { amountMicros: reservation?.request['amountMicros'], inputTokens: 0 },
      userId: 'sarah',
    });
  });

  it('asks nothing over the budget', async () => {
    await start();
    world.ledger.budgetLeft = false;
    const answer = await world.client.classifyIntent(classify({ prompt: 'something else entirely' }), sarah);
    expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_FALLBACK);
    expect(answer.reasoning).toContain('Fallback');
    expect(world.openAi.requests).toEqual([]);
  });

  it('spares a provider that is down: no request, no reservation, and everybody is told', async () => {
    await start({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '9', OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2' });
    world.openAi.behave = failing(503, 'overloaded');
    for (const prompt of ['one', 'two', 'three', 'four']) {
      const { source } = await world.client.classifyIntent(classify({ prompt }), sarah);
      expect(source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_FALLBACK);
    }
    expect(world.openAi.requests).toHaveLength(2);
    const entries = await world.ledger.seen(4);
    expect(entries.map(({ kind }) => kind).sort()).toEqual(['release', 'release', 'reserve', 'reserve']);
    expect(world.published.filter(({ circuitChanged }) => circuitChanged)).toMatchObject([
      { userId: '', circuitChanged: { provider: 'openai', modelId: 'gpt-4o-mini', state: 'open' } },
    ]);
  });

  it('does not spare a provider that refuses our own mistakes', async () => {
    await start({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '2' });
    world.openAi.behave = failing(401, 'invalid_api_key');
    for (const prompt of ['one', 'two', 'three', 'four'])
      await world.client.classifyIntent(classify({ prompt }), sarah);
    expect(world.openAi.requests).toHaveLength(4);
  });

  it('books what was bought before it stops', async () => {
    await start();
    world.openAi.behave = answering(() => styleTransfer);
    await world.client.classifyIntent(classify({ prompt: 'as if Monet had seen it' }), sarah);
    await world.service.close(100);
    expect(world.ledger.entries.map(({ kind }) => kind)).toEqual(['reserve', 'settle']);
  });
});

describe('enhancement by the language model', () => {
  const better = answering(({ data }) => ({ prompt: `${data.prompt}, soft morning light` }));

  it('writes the prompt, tells what it added, and asks once a day', async () => {
    await start();
    world.openAi.behave = better;
    const expected = {
      finalPrompt: 'a red fox, soft morning light',
      additions: ['soft morning light'],
      strategy: llm,
      warnings: [],
    };
    expect(await world.client.enhancePrompt(enhance({ prompt: ' a red fox ' }), sarah)).toMatchObject({
      ...expected,
      cacheHit: false,
    });
    const ben = { context: callAs('ben') };
    expect(await world.client.enhancePrompt(enhance({ prompt: 'a red fox' }), ben)).toMatchObject({
      ...expected,
      cacheHit: true,
    });
    expect(world.openAi.requests).toHaveLength(1);
    const [, settlement] = await world.ledger.seen(2);
    expect(settlement).toMatchObject({ kind: 'settle', request: { amountMicros: actualMicros }, userId: 'sarah' });
  });

  it('covers picture and sound of a video', async () => {
    await start();
    world.openAi.behave = answering(({ data, body }) => {
      const { required } = (body.response_format.json_schema as unknown as { schema: { required: string[] } }).schema;
      const aspects = required.filter((name) => name !== 'prompt' && name !== 'subtitles');
      return {
        ...Object.fromEntries(aspects.map((name) => [name, `about ${name}`])),
        subtitles: 'none',
        prompt: data.prompt,
      };
    });
    const { finalPrompt, strategy } = await world.client.enhancePrompt(
      enhance({ prompt: 'waves and a song', workflow: Workflow.WORKFLOW_VIDEO_GENERATION }),
      sarah,
    );
    expect(strategy).toBe(llm);
    expect(finalPrompt).toBe(
      'waves and a song. Scene: about scene. Visual style: about visual_style. Camera: about camera_movement. ' +
        'Subject: about subject. Setting: about setting. Lighting and mood: about lighting_and_mood. ' +
        'Palette: about palette. Audio: about audio_cue. Dialogue: about dialogue. Ambience: about ambience. Subtitles: none.',
    );
  });

  it('comes with a plan, beside the classification', async () => {
    await start();
    world.openAi.behave = better;
    const plan = {
      prompt: 'remove the dog',
      enhancement: llm,
      context: { workingImages: 1, uploadedImages: 0, references: [] },
    };
    const strategy = ClassificationStrategy.CLASSIFICATION_STRATEGY_LOCAL_ONLY;
    const answer = await world.client.classifyIntent(classify({ ...plan, strategy }), sarah);
    expect(answer).toMatchObject({
      workflow: Workflow.WORKFLOW_IMAGE_EDITING,
      finalPrompt: 'remove the dog, soft morning light. Keep everything else as it was.',
      additions: ['soft morning light', 'Keep everything else as it was'],
      warnings: [],
    });
  });

  it('is not waited for in a batch, but answers there once it is known', async () => {
    await start();
    world.openAi.behave = better;
    const strategy = ClassificationStrategy.CLASSIFICATION_STRATEGY_LOCAL_ONLY;
    const request = classify({ prompt: 'a painting of a red fox', strategy, enhancement: llm });
    const item = BatchClassifyIntentsItem.create({ request, identityToken: sarah.context.identityToken ?? '' });
    const before = await world.client.batchClassifyIntents({ items: [item] }, sarah);
    expect(decodeStatus(before.results[0]?.errorStatus ?? Buffer.alloc(0))).toMatchObject({
      reason: 'CLASSIFY_SINGLY',
    });
    await world.client.classifyIntent(request, sarah);
    const after = await world.client.batchClassifyIntents({ items: [item] }, sarah);
    expect(after.results[0]?.response?.finalPrompt).toBe('a painting of a red fox, soft morning light');
    expect(world.openAi.requests).toHaveLength(1);
  });

  it.each([
    ['fails', failing(500, 'server_error'), 'could not be reached'],
    ['drops what the user said', answering(() => ({ prompt: 'a dog' })), 'changed what the prompt says'],
    ['writes no JSON', answering(() => 'Sure! Here you go'), 'gave an answer that is of no use'],
  ])('is quick and says why when the model %s', async (_, behaviour, why) => {
    await start();
    world.openAi.behave = behaviour;
    const answer = await world.client.enhancePrompt(enhance({ prompt: 'a red fox' }), sarah);
    expect(answer).toMatchObject({
      finalPrompt: 'a red fox, high quality, detailed, professional',
      strategy: quick,
      warnings: [expect.stringContaining(why)],
    });
  });

  it('is quick and says why without a key', async () => {
    await start({ OPENAI_API_KEY: '' });
    const answer = await world.client.enhancePrompt(enhance({ prompt: 'a red fox' }), sarah);
    expect(answer).toMatchObject({ strategy: quick, warnings: [expect.stringContaining('No language model')] });
  });

  it('adds words of quality and style as asked', async () => {
    await start();
    const ask = async (over: Partial<EnhancePromptRequest>) => {
      const request = enhance({ prompt: 'a red fox', strategy: quick, ...over });
      return (await world.client.enhancePrompt(request, sarah)).additions;
    };
    expect(await ask({})).toEqual(['high quality', 'detailed', 'professional']);
    expect(await ask({ addQuality: false })).toEqual([]);
    expect(await ask({ addQuality: false, addStyle: true })).toEqual(['cinematic lighting', 'balanced composition']);
    const long = 'a red fox that runs through the snow at night';
    expect(await ask({ prompt: long })).toEqual([]);
    expect(await ask({ prompt: long, addQuality: true, addStyle: true })).toHaveLength(5);
  });
});

describe('a start', () => {
  it('is refused with a model that makes images', async () => {
    await start();
    await expect(startLlmWorld({ OPENAI_MODEL: 'black-forest-labs/flux-schnell' })).rejects.toThrow(/OPENAI_MODEL/);
  });
});
