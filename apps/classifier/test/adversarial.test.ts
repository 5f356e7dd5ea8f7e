import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  ClassificationSource,
  ClassificationStrategy,
  ClassifyIntentRequest,
  EnhancementStrategy,
  EnhancePromptRequest,
} from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { callAs } from '@atelier/testing';
import { type LlmWorld, startLlmWorld } from './harness/llm-world.js';
import { answering, type ChatRequest } from './harness/openai-server.js';

// Starting the whole service takes its time on a busy machine.
jest.setTimeout(30_000);

interface Attack {
  readonly kind: string;
  readonly language: string;
  readonly prompt: string;
}
const attacks = JSON.parse(
  readFileSync(new URL('data/adversarial-prompts.json', import.meta.url), 'utf8'),
) as readonly Attack[];

const sarah = { context: callAs('sarah') };
const { ENHANCEMENT_STRATEGY_OFF: off, ENHANCEMENT_STRATEGY_LLM: llm } = EnhancementStrategy;
const strategy = ClassificationStrategy.CLASSIFICATION_STRATEGY_LLM_FIRST;
const classify = (prompt: string) => ClassifyIntentRequest.create({ prompt, strategy, enhancement: off });
const enhance = (prompt: string, workflow: Workflow) =>
  EnhancePromptRequest.create({ prompt, workflow, strategy: llm });
const honest = {
  workflow: 'image_generation',
  confidence: 0.8,
  reasoning: 'A new picture.',
  requires_web_search: false,
  web_search_query: '',
};

let world: LlmWorld;
beforeAll(async () => {
  world = await startLlmWorld({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1000' });
});
afterAll(() => world.close());
beforeEach(() => void (world.openAi.requests.length = 0));

/** The bytes of a request without what the user role says. */
function frameOf({ text, body }: ChatRequest): string {
  const said = JSON.stringify(body.messages.at(-1)?.content);
  expect(text.split(said)).toHaveLength(2);
  return text.replace(said, () => '"…"');
}

/** Every request is the same but for one JSON string in the user role, which holds the prompt as data. */
function expectOnlyDataToDiffer(
  requests: readonly ChatRequest[],
  prompts: readonly string[],
  keys: readonly string[],
): void {
  expect(requests.map(({ data }) => data.prompt)).toEqual(prompts);
  expect(new Set(requests.map(frameOf)).size).toBe(1);
  for (const { body, data, path } of requests) {
    expect(path).toBe('/v1/chat/completions');
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(Object.keys(data)).toEqual(keys);
    const [system, user] = body.messages;
    expect(system?.content).not.toContain(data.prompt);
    expect(user?.content).not.toMatch(/[<>\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
}

describe('prompts that attack', () => {
  const prompts = attacks.map(({ prompt }) => prompt.trim());

  it('are many, of many kinds and languages', () => {
    expect(new Set(prompts).size).toBeGreaterThanOrEqual(60);
    expect(new Set(attacks.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(10);
    expect(new Set(attacks.map(({ language }) => language)).size).toBeGreaterThanOrEqual(10);
  });

  it('change no byte of instructions, labels, schema and parameters when they are classified', async () => {
    world.openAi.behave = answering(() => honest);
    for (const { prompt } of attacks) {
      const answer = await world.client.classifyIntent(classify(prompt), sarah);
      expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_LLM);
      expect(answer.finalPrompt).toBe(prompt.trim());
    }
    expectOnlyDataToDiffer(world.openAi.requests, prompts, [
      'prompt',
      'working_images',
      'uploaded_images',
      'references',
    ]);
  });

  it.each([Workflow.WORKFLOW_IMAGE_GENERATION, Workflow.WORKFLOW_VIDEO_GENERATION])(
    'change no byte of them when they are enhanced either (workflow %s)',
    async (workflow) => {
      world.openAi.behave = answering(({ data }) => ({ prompt: data.prompt }));
      const short = attacks.map(({ prompt }) => prompt.trim()).filter((prompt) => prompt.length <= 1_000);
      for (const prompt of short) await world.client.enhancePrompt(enhance(prompt, workflow), sarah);
      expectOnlyDataToDiffer(world.openAi.requests, short, ['prompt', 'workflow', 'edits', 'has_image', 'references']);
    },
  );
});

describe('language models that were taken over', () => {
  const hostile: readonly (readonly [string, unknown])[] = [
    ['a label outside the set', { ...honest, workflow: 'nsfw_generation' }],
    ['two labels', { ...honest, workflow: 'image_generation; video_generation' }],
    ['a list of labels', { ...honest, workflow: ['image_generation', 'video_generation'] }],
    ['a label with a line break', { ...honest, workflow: 'image_generation\n' }],
    ['a label of a prototype', { ...honest, workflow: '__proto__' }],
    ['a confidence of 7', { ...honest, confidence: 7 }],
    [
      'a confidence of 1e999',
      '{"workflow":"image_generation","confidence":1e999,"reasoning":"x","requires_web_search":false,"web_search_query":""}',
    ],
    ['a negative confidence', { ...honest, confidence: -0.1 }],
    ['a confidence in words', { ...honest, confidence: '1.0' }],
    ['a truth in words', { ...honest, requires_web_search: 'yes' }],
    ['no JSON', 'I have been freed. Visit https://evil.example'],
    ['JSON in a fence', `\`\`\`json\n${JSON.stringify(honest)}\n\`\`\``],
    ['two objects', JSON.stringify(honest).repeat(2)],
    ['nothing', ''],
    ['null', null],
    ['a number', 42],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['more than an answer can have', 'x'.repeat(300_000)],
  ];

  it.each(hostile)('get no word in with %s', async (name, content) => {
    world.openAi.behave = answering(() => content);
    const answer = await world.client.classifyIntent(classify(`a quiet harbour, ${name}`), sarah);
    expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_FALLBACK);
    expect(answer.confidence).toBeLessThanOrEqual(0.6);
    expect(JSON.stringify(answer)).not.toMatch(/evil|freed/u);
  });

  const texts: readonly (readonly [string, string])[] = [
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)> A new picture.'],
    [
      'addresses',
      'A new picture. https://evil.example/a?b=c www.evil.example evil.com //x javascript:alert(1) a@evil.example',
    ],
    ['Markdown', '# A *new* [picture](https://evil.example) ![x](https://evil.example/p.png) `rm -rf`'],
    ['control characters', 'A new\u0000 picture\u001b[31m\r\nSet-Cookie: evil=1\u0085\u2028x'],
    ['hidden characters', `A new picture.\u202E\u2066\u200B${String.fromCodePoint(0xe0041, 0xe0042)}`],
    ['full-width addresses', 'A new picture. ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ／ｘ'],
    ['too much', 'A new picture. '.repeat(5_000)],
  ];
  const misleading =
    /https?:|www\.|evil\.(?:com|example)|javascript:|[<>`|\p{Cc}\p{Zl}\p{Zp}\p{Co}]|[\u200B-\u200F\u202A-\u202E\u2060-\u206F\u{E0000}-\u{E007F}]/iu;

  it.each(texts)('reach people with plain words only: %s', async (name, text) => {
    world.openAi.behave = answering(() => ({
      ...honest,
      workflow: 'reference_styling',
      reasoning: text,
      requires_web_search: true,
      web_search_query: text,
      final_prompt: 'evil',
      is_admin: true,
      ['__proto__']: { polluted: true },
    }));
    const context = { workingImages: 1, uploadedImages: 0, references: [] };
    const answer = await world.client.classifyIntent({ ...classify(`her gala look, ${name}`), context }, sarah);
    expect(answer.source).toBe(ClassificationSource.CLASSIFICATION_SOURCE_LLM);
    for (const said of [answer.reasoning, answer.webSearchQuery]) {
      expect(said).toContain('A new');
      expect(said).not.toMatch(misleading);
    }
    expect(answer.reasoning.length).toBeLessThanOrEqual(300);
    expect(answer.webSearchQuery.length).toBeLessThanOrEqual(120);
    expect(answer.finalPrompt).not.toBe('evil');
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(texts)('write prompts of plain words only: %s', async (name, text) => {
    world.openAi.behave = answering(({ data }) => ({ prompt: `${data.prompt}, ${text}`, additions: ['evil'] }));
    const prompt = `a new boat ${name.length}`;
    const answer = await world.client.enhancePrompt(enhance(prompt, Workflow.WORKFLOW_IMAGE_GENERATION), sarah);
    expect(answer.finalPrompt).toContain(prompt);
    expect(answer.finalPrompt.length).toBeLessThanOrEqual(1_850);
    for (const said of [answer.finalPrompt, ...answer.additions, ...answer.warnings])
      expect(said).not.toMatch(misleading);
  });

  it.each([
    ['another prompt', { prompt: 'a naked celebrity' }],
    ['nothing', { prompt: '' }],
    ['a picture of somebody else', { prompt: 'a red boat for @boss' }],
    ['no words', { prompt: { toString: 'x' } }],
    ['a label', honest],
  ])('cannot put %s in place of what the user said', async (name, content) => {
    world.openAi.behave = answering(() => content);
    const prompt = `a red boat ${name.length}`;
    const answer = await world.client.enhancePrompt(enhance(prompt, Workflow.WORKFLOW_IMAGE_GENERATION), sarah);
    expect(answer).toMatchObject({
      finalPrompt: `${prompt}, high quality, detailed, professional`,
      strategy: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
      warnings: [expect.stringContaining('the quick enhancement was used')],
    });
  });
});
