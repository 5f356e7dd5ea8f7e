import { type SearchWebRequest, SearchWebResponse, WebSearchOutcome } from '@atelier/contracts/classifier/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { CompareAnswer, ProcessAnswer } from '../src/enhanced/process.schema.js';
import { fakePlans, intent, selection } from './harness/fake-plans.js';
import { fakeErrors } from './harness/fake-services.js';
import { startTestGateway, type TestGateway } from './harness/test-gateway.js';

const prompt = 'put me in what Zendaya wore at the 2024 Met Gala';
const query = 'Zendaya wore at the 2024 Met Gala outfit';
const page = {
  title: 'Met Gala 2024',
  url: 'https://vogue.com/met',
  imageUrl: 'https://img.vogue.com/1.jpg',
  snippet: 'A blue gown by Maison Margiela.',
};
const {
  WEB_SEARCH_OUTCOME_SEARCHED,
  WEB_SEARCH_OUTCOME_FAILED,
  WEB_SEARCH_OUTCOME_OFF,
  WEB_SEARCH_OUTCOME_OVER_BUDGET,
} = WebSearchOutcome;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  prepare(gateway);
  gateway.services.calls.length = 0;
});

/** A classifier that finds a styling in every prompt and a page for every search. */
function prepare({ services }: TestGateway): void {
  fakePlans(services);
  understand({}, services);
  answer(WEB_SEARCH_OUTCOME_SEARCHED, [page], services);
}
/** How the classifier understands every prompt. */
function understand(changes: Parameters<typeof intent>[0], services = gateway.services): void {
  services.set('classifier', 'classifyIntent', ({ prompt: finalPrompt }) =>
    intent({
      workflow: Workflow.WORKFLOW_REFERENCE_STYLING,
      requiresWebSearch: true,
      webSearchQuery: query,
      finalPrompt,
      ...changes,
    }),
  );
}
function answer(outcome: WebSearchOutcome, results: (typeof page)[] = [], services = gateway.services): void {
  services.set('classifier', 'searchWeb', () => SearchWebResponse.create({ outcome, results }));
}
const searches = (): SearchWebRequest[] =>
  gateway.services.callsOf('classifier.searchWeb').map(({ request }) => request as SearchWebRequest);

async function plan(more: object = {}, { request } = gateway): Promise<ProcessAnswer> {
  const response = await request('/api/v1/enhanced/process', { json: { prompt, ...more } });
  const body = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  return ProcessAnswer.parse(body);
}

describe('a plan that needs a looked-up fact', () => {
  it('shows what the web says, and leaves the prompt as it is', async () => {
    answer(WEB_SEARCH_OUTCOME_SEARCHED, [page, { ...page, url: 'https://elle.com/met', imageUrl: '' }]);
    const { metadata, final_prompt: finalPrompt, fallback_used: fallbackUsed } = await plan();
    expect(metadata).toMatchObject({ requires_web_search: true, web_search_query: query, warnings: [] });
    expect(metadata.web_search_results).toEqual([
      { title: page.title, url: page.url, image_url: page.imageUrl, snippet: page.snippet },
      { title: page.title, url: 'https://elle.com/met', snippet: page.snippet },
    ]);
    expect({ finalPrompt, fallbackUsed }).toEqual({ finalPrompt: prompt, fallbackUsed: false });
    expect(searches()).toEqual([{ query, bypassCache: false }]);
  });

  it('searches and chooses a model at the same time', async () => {
    const called = { select: Promise.withResolvers<void>(), search: Promise.withResolvers<void>() };
    gateway.services.set('selector', 'selectModel', async () => {
      called.select.resolve();
      await called.search.promise;
      return selection();
    });
    gateway.services.set('classifier', 'searchWeb', async () => {
      called.search.resolve();
      await called.select.promise;
      return SearchWebResponse.create({ outcome: WEB_SEARCH_OUTCOME_SEARCHED, results: [page] });
    });
    expect((await plan()).metadata.web_search_results).toHaveLength(1);
  });

  it('passes on that caches are bypassed, and the caller', async () => {
    await plan({ cache: 'bypass' });
    expect(searches()[0]?.bypassCache).toBe(true);
    const { caller } = gateway.services.callsOf('classifier.searchWeb')[0] ?? {};
    expect(caller?.identity.scopes).toContain('admin');
    expect(caller?.timeoutMs).toBeLessThanOrEqual(8_000);
  });

  it('comes without results when the search does not answer in time', async () => {
    const impatient = await startTestGateway({ env: { WEB_SEARCH_TIMEOUT: '0.1' } });
    try {
      prepare(impatient);
      impatient.services.set('classifier', 'searchWeb', () => new Promise(() => undefined));
      const { metadata, fallback_used: fallbackUsed } = await plan({}, impatient);
      expect(fallbackUsed).toBe(false);
      expect(metadata.web_search_results).toEqual([]);
      expect(metadata.warnings).toEqual(['The web search did not answer in time.']);
    } finally {
      await impatient.close();
    }
  });

  it('comes without results when the search breaks', async () => {
    gateway.services.set('classifier', 'searchWeb', () => {
      throw fakeErrors.THING_ENDED();
    });
    const { metadata, fallback_used: fallbackUsed } = await plan();
    expect(fallbackUsed).toBe(false);
    expect(metadata).toMatchObject({
      web_search_results: [],
      warnings: ['The web search failed; the plan was made without it.'],
    });
  });

  it.each([
    ['failed', WEB_SEARCH_OUTCOME_FAILED, ['The web search failed; the plan was made without it.']],
    ['over budget', WEB_SEARCH_OUTCOME_OVER_BUDGET, ['The web was not searched: the budget does not allow it.']],
    ['off', WEB_SEARCH_OUTCOME_OFF, []],
  ])('says what is to be said when the search is %s', async (_, outcome, warnings) => {
    answer(outcome);
    expect((await plan()).metadata).toMatchObject({ web_search_results: [], warnings });
  });

  it('asks for the same on both sides of a comparison, so that one search serves both', async () => {
    const response = await gateway.request('/api/v1/enhanced/compare', { json: { prompt } });
    const compared = CompareAnswer.parse(await response.json());
    expect(compared.ai_classification.metadata.web_search_results).toHaveLength(1);
    expect(compared.existing_system.metadata.web_search_results).toHaveLength(1);
    expect(new Set(searches().map(({ query: asked }) => asked))).toEqual(new Set([query]));
  });

  it('never sends a longer query than is accepted', async () => {
    understand({ webSearchQuery: '👗'.repeat(2_000) });
    await plan();
    expect(searches()[0]?.query).toBe('👗'.repeat(300));
  });
});

describe('the web is not searched', () => {
  it.each([
    ['for a prompt that needs no fact', { requiresWebSearch: false }],
    ['for another workflow', { workflow: Workflow.WORKFLOW_IMAGE_GENERATION }],
    ['without anything to look up', { webSearchQuery: ' ' }],
  ])('%s', async (_, changes) => {
    understand(changes);
    expect((await plan()).metadata).not.toHaveProperty('web_search_results');
    expect(searches()).toEqual([]);
  });

  it('for a generation, where nobody would see the results', async () => {
    gateway.services.set('generation', 'createGeneration', () => {
      throw fakeErrors.BUDGET_EXHAUSTED();
    });
    const response = await gateway.request('/api/v1/generations', { json: { prompt } });
    expect(response.status).toBe(429);
    expect(gateway.services.callsOf('classifier.classifyIntent')).toHaveLength(1);
    expect(searches()).toEqual([]);
  });
});
