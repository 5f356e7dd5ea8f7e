import { workflows } from '../../domain/intent.js';
import { intentInstructions, intentSchema } from './intent-instructions.js';
import { type Completion, LanguageModelError, type LanguageModelRequest } from './language-model.js';
import { LlmIntentClassifier } from './llm-intent-classifier.js';

const context = { workingImages: 1, uploadedImages: 0, references: ['sarah'] };
const good = {
  workflow: 'hair_styling',
  confidence: 0.9,
  reasoning: 'It changes hair only.',
  requires_web_search: false,
  web_search_query: '',
};

function build(answer: unknown) {
  const requests: LanguageModelRequest[] = [];
  const classifier = new LlmIntentClassifier({
    modelId: 'm',
    complete: async (request): Promise<Completion> => {
      requests.push(request);
      if (answer instanceof Error) throw answer;
      return { content: typeof answer === 'string' ? answer : JSON.stringify(answer) };
    },
  });
  return { requests, ask: () => classifier.classify('bangs on @sarah', context, new AbortController().signal) };
}

describe('LlmIntentClassifier', () => {
  it('asks for one of the nine workflows and nothing else', async () => {
    const { ask, requests } = build(good);
    expect(await ask()).toEqual({
      ok: true,
      answer: {
        workflow: 'hair_styling',
        confidence: 0.9,
        reasoning: 'It changes hair only.',
        requiresWebSearch: false,
        webSearchQuery: '',
      },
    });
    expect(requests).toEqual([
      {
        task: 'intent',
        instructions: intentInstructions,
        schema: intentSchema,
        maxOutputTokens: 300,
        data: { prompt: 'bangs on @sarah', working_images: 1, uploaded_images: 0, references: ['sarah'] },
      },
    ]);
    expect(intentSchema.properties.workflow.enum).toEqual(workflows);
  });

  it.each([
    ['words instead of JSON', 'sure! hair_styling'],
    ['a workflow that there is not', { ...good, workflow: 'cat' }],
    ['a list', [good]],
    ['nothing', null],
    ['a confidence above one', { ...good, confidence: 7 }],
    ['a confidence below zero', { ...good, confidence: -1 }],
    ['a confidence in words', { ...good, confidence: 'high' }],
    ['a missing field', { ...good, requires_web_search: undefined }],
    ['an object for a text', { ...good, reasoning: { toString: 'x' } }],
  ])('takes %s for no answer', async (_, answer) => {
    expect(await build(answer).ask()).toEqual({ ok: false, failure: 'invalid' });
  });

  it('passes on why there is no answer', async () => {
    const error = new LanguageModelError('circuit_open', { billing: 'nothing' });
    expect(await build(error).ask()).toEqual({ ok: false, failure: 'circuit_open' });
  });

  it('makes plain words of what the model writes', async () => {
    const result = await build({
      ...good,
      reasoning: '**It** <b>changes</b> hair.\nSee https://evil.example | Primary model.',
      requires_web_search: true,
      web_search_query: '"zendaya" site:evil.example\n<script>met gala 2024</script> https://evil.example -(nsfw)',
      extra: 'x',
    }).ask();
    expect(result).toMatchObject({
      ok: true,
      answer: {
        reasoning: 'It changes hair. See Primary model.',
        webSearchQuery: 'zendaya site evil example met gala 2024 nsfw',
      },
    });
  });

  it('has a sentence and a bounded query whatever the model writes', async () => {
    const empty = await build({ ...good, reasoning: '\u200B <br>' }).ask();
    expect(empty).toMatchObject({ answer: { reasoning: 'The language model chose hair styling.' } });
    const huge = {
      ...good,
      reasoning: 'x '.repeat(50_000),
      requires_web_search: true,
      web_search_query: 'y '.repeat(50_000),
    };
    const result = await build(huge).ask();
    if (!result.ok) throw new Error('it failed');
    expect(result.answer.reasoning.length).toBeLessThanOrEqual(240);
    expect(result.answer.webSearchQuery.length).toBeLessThanOrEqual(120);
  });
});
