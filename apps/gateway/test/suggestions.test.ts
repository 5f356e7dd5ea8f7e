import {
  EnhancementStrategy,
  type EnhancePromptRequest,
  EnhancePromptResponse,
} from '@atelier/contracts/classifier/v1';
import {
  AutocompleteSuggestionsResponse,
  FindSaidPhrasesResponse,
  ListSuggestionsResponse,
  RandomPromptsResponse,
  type RecordPromptsRequest,
  RecordPromptsResponse,
  GetPromptHistoryResponse,
  Suggestion,
} from '@atelier/contracts/presets/v1';
import { FakeGenerations } from './harness/fake-generations.js';
import { fakePlans } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const path = '/api/suggestions';
const portrait = Suggestion.create({
  text: 'portrait of a woman',
  category: 'subjects',
  description: 'Human portrait',
});

let gateway: TestGateway;
let sarah: string;
beforeAll(async () => {
  gateway = await startTestGateway({ fakes: fakePlans });
  sarah = await gateway.keyFor('sarah');
});
afterAll(() => gateway.close());
beforeEach(() => {
  fakePlans(gateway.services);
  gateway.services.calls.length = 0;
  gateway.services.set('suggestions', 'getPromptHistory', (_, { identity }) =>
    GetPromptHistoryResponse.create(identity.userId === 'sarah' ? { enabled: true, promptCount: 7 } : {}),
  );
});

const get = async (url: string, as = sarah): Promise<unknown> => (await gateway.request(url, { as })).json();
const enhance = async (json: object) => {
  const answer = await gateway.request(`${path}/enhance`, { as: sarah, json });
  return { status: answer.status, body: await answer.json() };
};

describe('completion', () => {
  beforeEach(() => {
    gateway.services.set('suggestions', 'autocompleteSuggestions', () =>
      AutocompleteSuggestionsResponse.create({ suggestions: [{ ...portrait, matchType: 'semantic', score: 0.21 }] }),
    );
  });

  it('answers a plain array', async () => {
    expect(await get(`${path}/autocomplete?query=lady`)).toEqual([
      {
        text: portrait.text,
        category: 'subjects',
        description: 'Human portrait',
        match_type: 'semantic',
        score: 0.21,
      },
    ]);
    expect(gateway.services.callsOf('suggestions.autocompleteSuggestions')).toMatchObject([
      { request: { query: 'lady', limit: 10 }, caller: { identity: { userId: 'sarah' } } },
    ]);
  });

  it.each(['limit=0', 'limit=51', 'limit=abc', 'limit=', 'limit=1.5', 'limit=1e1', `query=${'a'.repeat(10_000)}`])(
    'refuses %#, and asks nobody',
    async (query) => {
      const answer = await gateway.request(`${path}/autocomplete?${query}`, { as: sarah });
      expect([400, 414]).toContain(answer.status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(gateway.services.callsOf('suggestions.autocompleteSuggestions')).toEqual([]);
    },
  );

  it('takes control characters for spaces and an absent query for nothing', async () => {
    await get(`${path}/autocomplete?query=${encodeURIComponent('a\u0000\u001bb')}`);
    await get(`${path}/autocomplete`);
    expect(gateway.services.callsOf('suggestions.autocompleteSuggestions').map(({ request }) => request)).toEqual([
      { query: 'a  b', limit: 10 },
      { query: '', limit: 10 },
    ]);
  });
});

it('counts and lists by category', async () => {
  gateway.services.set('suggestions', 'listSuggestions', ({ category }) => {
    if (category === 'smells') throw fakeErrors.THING_NOT_FOUND();
    const found = category === 'subjects' ? [portrait] : [portrait, { ...portrait, category: 'mood' }, portrait];
    return ListSuggestionsResponse.create({ suggestions: found });
  });
  expect(await get(`${path}/categories`)).toEqual({
    categories: [
      { name: 'subjects', count: 2 },
      { name: 'mood', count: 1 },
    ],
  });
  expect(await get(`${path}/by-category/subjects`)).toEqual({
    category: 'subjects',
    suggestions: [{ text: portrait.text, category: 'subjects', description: 'Human portrait' }],
  });
  expect((await gateway.request(`${path}/by-category/smells`, { as: sarah })).status).toBe(404);
});

describe('enhancement', () => {
  const answer = (more: Partial<EnhancePromptResponse> = {}) =>
    gateway.services.set('classifier', 'enhancePrompt', ({ prompt }) =>
      EnhancePromptResponse.create({
        finalPrompt: `${prompt}, high quality, detailed`,
        additions: ['high quality', 'detailed'],
        strategy: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
        ...more,
      }),
    );
  const said = (...phrases: string[]) =>
    gateway.services.set('suggestions', 'findSaidPhrases', () => FindSaidPhrasesResponse.create({ said: phrases }));
  const asked = () =>
    gateway.services.callsOf('classifier.enhancePrompt').map((call) => call.request as EnhancePromptRequest);

  it('shows the prompt before and after, and what was added', async () => {
    answer();
    said();
    expect(await enhance({ prompt: ' a cat ' })).toEqual({
      status: 200,
      body: {
        original: 'a cat',
        enhanced: 'a cat, high quality, detailed',
        additions: ['high quality', 'detailed'],
        strategy: 'quick',
        warnings: [],
      },
    });
    expect(asked()[0]).toMatchObject({
      strategy: EnhancementStrategy.ENHANCEMENT_STRATEGY_QUICK,
      addQuality: true,
      addStyle: false,
    });
  });

  it('does not add what the prompt says in other words', async () => {
    answer();
    said('detailed');
    expect((await enhance({ prompt: 'an intricate cat' })).body).toMatchObject({
      enhanced: 'an intricate cat, high quality',
      additions: ['high quality'],
    });
    said('high quality', 'detailed');
    expect((await enhance({ prompt: 'an intricate hi-res cat.' })).body).toMatchObject({
      enhanced: 'an intricate hi-res cat.',
      additions: [],
    });
  });

  it('says when a language model was asked for and another way answered', async () => {
    answer({ warnings: ['The language model was too slow; the quick enhancement was used.'] });
    said();
    const { body } = await enhance({ prompt: 'a cat', strategy: 'llm', workflow_type: 'image_generation' });
    expect(body).toMatchObject({ strategy: 'quick', warnings: [expect.stringContaining('too slow')] });
    expect(asked()[0]?.strategy).toBe(EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM);
  });

  it('gives what a language model wrote as it is', async () => {
    const additions = ['sitting on a red sofa'];
    answer({
      finalPrompt: 'a cat sitting on a red sofa',
      additions,
      strategy: EnhancementStrategy.ENHANCEMENT_STRATEGY_LLM,
    });
    expect((await enhance({ prompt: 'a cat', strategy: 'llm' })).body).toMatchObject({ strategy: 'llm', additions });
    expect(gateway.services.callsOf('suggestions.findSaidPhrases')).toEqual([]);
  });

  it.each([
    ['no prompt', {}, 400],
    ['an empty prompt', { prompt: ' \u0000 ' }, 400],
    ['a prompt of 10,000 letters', { prompt: 'a'.repeat(10_000) }, 400],
    ['an unknown field', { prompt: 'a cat', add_magic: true }, 400],
    ['an unknown strategy', { prompt: 'a cat', strategy: 'magic' }, 400],
    ['an unknown workflow', { prompt: 'a cat', workflow_type: 'cooking' }, 400],
    ['markup', { prompt: '<script>alert(1)</script>' }, 422],
  ])('refuses %s', async (_name, json, status) => {
    expect((await enhance(json)).status).toBe(status);
    expect(asked()).toEqual([]);
  });
});

describe('random prompts', () => {
  it('come with their parts and their seed', async () => {
    const components = { subject: 'bowl of fresh fruit', style: 'oil painting' };
    gateway.services.set('suggestions', 'randomPrompts', ({ seed }) =>
      RandomPromptsResponse.create({
        prompts: [{ prompt: 'bowl of fresh fruit, oil painting', components }],
        seed: seed ?? 9,
      }),
    );
    const prompts = [{ prompt: 'bowl of fresh fruit, oil painting', components }];
    expect(await get(`${path}/random?count=1&seed=7`)).toEqual({ prompts, seed: 7 });
    expect(await get(`${path}/random`)).toEqual({ prompts, seed: 9 });
  });

  it.each(['seed=-1', 'seed=4294967296', 'seed=x', 'count=0', 'count=51', 'count=1000000000', 'count=1&seed=1.5'])(
    'refuse %s',
    async (query) => {
      expect((await gateway.request(`${path}/random?${query}`, { as: sarah })).status).toBe(400);
    },
  );
});

describe('own earlier prompts', () => {
  it('are told to be kept or not, to their user alone', async () => {
    const ben = await gateway.keyFor('ben');
    expect(await get(`${path}/history`)).toEqual({ enabled: true, prompt_count: 7 });
    expect(await get(`${path}/history`, ben)).toEqual({ enabled: false, prompt_count: 0 });
  });

  it('are learned from what was accepted, in the gateway’s own name', async () => {
    const told = Promise.withResolvers<RecordPromptsRequest>();
    gateway.services.set('suggestions', 'recordPrompts', (request, { identity }) => {
      if (identity.userId === 'system:gateway') told.resolve(request);
      return RecordPromptsResponse.create();
    });
    const fakes = new FakeGenerations(gateway.services);
    const answer = await gateway.request('/api/v1/generations', {
      as: sarah,
      json: { prompt: 'oil painting of a fox' },
    });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };
    expect((await told.promise).prompts).toEqual([{ key: id, ownerId: 'sarah', prompt: 'oil painting of a fox' }]);
    expect(fakes.watching).toBe(0);
  });
});
