import { TwoLevelCache, RedisLink } from '@atelier/redis';
import { hasRedisServer, startRedisServer, type TestRedisServer } from '@atelier/testing';
import type { LanguageModelAnswer } from '../src/domain/intent-models.js';
import { SharedLanguageModel } from '../src/domain/shared-language-model.js';
import { NoWebSearch, WebSearch, type WebSearchAnswer } from '../src/domain/web-search.js';
import { CachedWebSearch } from '../src/infra/web-search/cached-web-search.js';
import { type KeptSearch, SharedWebSearchCache } from '../src/infra/web-search/web-search-cache.js';

const logger = { info: () => {}, error: () => {} };
const answer: LanguageModelAnswer = {
  workflow: 'hair_styling',
  confidence: 0.9,
  reasoning: 'Hair.',
  requiresWebSearch: false,
  webSearchQuery: '',
};
const question = { prompt: 'x', context: { workingImages: 0, uploadedImages: 0, references: [] }, key: 'k' };

(hasRedisServer() ? describe : describe.skip)('classifiers on one Redis', () => {
  let server: TestRedisServer;
  const links: RedisLink[] = [];
  beforeAll(async () => {
    server = await startRedisServer();
  }, 30_000);
  afterAll(async () => {
    for (const link of links) link.close();
    await server.close();
  });
  async function cacheOf<Value extends object>(
    name: string,
  ): Promise<{ link: RedisLink; cache: TwoLevelCache<Value> }> {
    // Patient, since the machine may be busy.
    const link = await RedisLink.open({ url: server.url, name: 'test', logger, commandTimeoutMs: 10_000 });
    links.push(link);
    return { link, cache: new TwoLevelCache<Value>({ name, version: '1', ttlMs: 60_000, maxEntries: 10, link }) };
  }
  /** Writes are not waited for; commands of one connection are answered in their order. */
  const written = (link: RedisLink) => link.run((redis) => redis.ping());

  it('buy an answer of the language model once, and each its own while Redis is away', async () => {
    let asked = 0;
    const model = {
      version: 'l1',
      classify: async () => {
        asked += 1;
        return { ok: true as const, answer };
      },
    };
    const [here, there, alone] = [
      await cacheOf<LanguageModelAnswer>('answers'),
      await cacheOf<LanguageModelAnswer>('answers'),
      await cacheOf<LanguageModelAnswer>('answers'),
    ];
    const ask = (memory: TwoLevelCache<LanguageModelAnswer>) =>
      new SharedLanguageModel(model, { memory }).classify(question);
    expect(await ask(here.cache)).toEqual({ ok: true, answer });
    await written(here.link);
    expect(await ask(there.cache)).toEqual({ ok: true, answer });
    expect(asked).toBe(1);
    alone.link.close();
    expect(await ask(alone.cache)).toEqual({ ok: true, answer });
    expect(asked).toBe(2);
  });

  it('buy a search once, and do not tell each other of failures', async () => {
    const outcomes: WebSearchAnswer['outcome'][] = ['failed', 'searched'];
    let bought = 0;
    class Bought extends WebSearch {
      override async search(): Promise<WebSearchAnswer> {
        return { results: [], outcome: outcomes[bought++] ?? 'off', cacheHit: false };
      }
    }
    const [here, there, last] = [
      await cacheOf<KeptSearch>('searches'),
      await cacheOf<KeptSearch>('searches'),
      await cacheOf<KeptSearch>('searches'),
    ];
    const searchOn = (cache: TwoLevelCache<KeptSearch>, inner: WebSearch) =>
      new CachedWebSearch(inner, new SharedWebSearchCache(cache), { ttlMs: 60_000, version: 'm' }).search('met gala');
    expect(await searchOn(here.cache, new Bought())).toMatchObject({ outcome: 'failed' });
    expect(await searchOn(there.cache, new Bought())).toMatchObject({ outcome: 'searched', cacheHit: false });
    await written(there.link);
    expect(await searchOn(last.cache, new NoWebSearch())).toMatchObject({ outcome: 'searched', cacheHit: true });
    expect(bought).toBe(2);
  });
});
