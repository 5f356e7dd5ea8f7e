import { WebSearch, type WebSearchAnswer, type WebSearchOptions } from '../../domain/web-search.js';
import { type CacheLookup, CachedWebSearch } from './cached-web-search.js';
import { MemoryWebSearchCache, type WebSearchCache } from './web-search-cache.js';

const page = { title: 'Met Gala', url: 'https://vogue.com/met', imageUrl: '', snippet: 'Blue.' };
const found: WebSearchAnswer = { results: [page], outcome: 'searched', cacheHit: false };
const none = (outcome: WebSearchAnswer['outcome']): WebSearchAnswer => ({ results: [], outcome, cacheHit: false });

/** Answers when told to. */
class SlowSearch extends WebSearch {
  readonly asked: {
    query: string;
    options: WebSearchOptions | undefined;
    answer: (answer: WebSearchAnswer) => void;
  }[] = [];

  override search(query: string, options?: WebSearchOptions): Promise<WebSearchAnswer> {
    return new Promise((answer) => this.asked.push({ query, options, answer }));
  }
}

function build(cache?: WebSearchCache) {
  let clockMs = 1;
  const inner = new SlowSearch();
  const lookups: CacheLookup[] = [];
  const search = new CachedWebSearch(inner, cache ?? new MemoryWebSearchCache({ now: () => clockMs }), {
    ttlMs: 86_400_000,
    version: 'model',
    onLookup: (lookup) => lookups.push(lookup),
  });
  /** Starts a search; it is under way when this resolves. */
  const begin = async (query: string, options?: WebSearchOptions) => {
    const answer = search.search(query, options);
    await new Promise((resolve) => setImmediate(resolve));
    return { answer };
  };
  return { inner, lookups, begin, pass: (ms: number) => (clockMs += ms) };
}

describe('CachedWebSearch', () => {
  it('buys a search once and keeps it for its time, however it is spelled', async () => {
    const { inner, lookups, begin, pass } = build();
    const first = await begin('Zendaya  Met Gala');
    inner.asked[0]?.answer(found);
    expect(await first.answer).toEqual(found);
    pass(86_399_000);
    expect(await (await begin('zendaya met gala ')).answer).toEqual({ ...found, cacheHit: true });
    pass(2_000);
    await begin('zendaya met gala');
    expect(inner.asked).toHaveLength(2);
    expect(lookups).toEqual(['miss', 'hit', 'miss']);
  });

  it('buys once for many who ask at the same time', async () => {
    const { inner, lookups, begin } = build();
    const all = [await begin('a gown'), await begin('A gown'), await begin('a  gown')];
    inner.asked[0]?.answer(found);
    expect(await Promise.all(all.map(({ answer }) => answer))).toEqual([found, found, found]);
    expect(inner.asked).toHaveLength(1);
    expect(lookups).toEqual(['miss', 'shared', 'shared']);
  });

  it('lets a caller leave without ending the search, which is then kept', async () => {
    const { inner, begin } = build();
    const end = new AbortController();
    const leaving = await begin('a gown', { signal: end.signal });
    end.abort();
    expect(await leaving.answer).toEqual(none('failed'));
    expect(inner.asked[0]?.options?.signal).toBeUndefined();
    inner.asked[0]?.answer(found);
    await begin('another gown');
    expect(await (await begin('a gown')).answer).toMatchObject({ results: [page], cacheHit: true });
    expect(inner.asked).toHaveLength(2);
  });

  it('spares a failing search for half a minute only', async () => {
    const { inner, begin, pass } = build();
    const first = await begin('a gown');
    inner.asked[0]?.answer(none('failed'));
    await first.answer;
    pass(29_000);
    expect(await (await begin('a gown')).answer).toEqual({ ...none('failed'), cacheHit: true });
    pass(2_000);
    await begin('a gown');
    expect(inner.asked).toHaveLength(2);
  });

  it('does not let one caller’s empty budget decide for another', async () => {
    const { inner, begin } = build();
    const poor = await begin('a gown');
    const rich = await begin('a gown');
    inner.asked[0]?.answer(none('over_budget'));
    expect(await poor.answer).toEqual(none('over_budget'));
    await new Promise((resolve) => setImmediate(resolve));
    inner.asked[1]?.answer(found);
    expect(await rich.answer).toEqual(found);
  });

  it('neither reads nor writes the cache when told to bypass it', async () => {
    const { inner, begin } = build();
    const options = { bypassCache: true, signal: new AbortController().signal };
    const first = await begin('a gown', options);
    inner.asked[0]?.answer(found);
    await first.answer;
    expect(inner.asked[0]?.options).toBe(options);
    await begin('a gown', options);
    await begin('a gown');
    expect(inner.asked).toHaveLength(3);
  });

  it('works without its cache', async () => {
    const broken: WebSearchCache = {
      get: async () => Promise.reject(new Error('away')),
      set: async () => Promise.reject(new Error('away')),
    };
    const { inner, begin } = build(broken);
    const first = await begin('a gown');
    inner.asked[0]?.answer(found);
    expect(await first.answer).toEqual(found);
  });
});

describe('MemoryWebSearchCache', () => {
  it('is bounded in number and size', async () => {
    const cache = new MemoryWebSearchCache({ maxEntries: 2, maxCharacters: 400 });
    const kept = { results: [page], outcome: 'searched' as const };
    for (const key of ['a', 'b', 'c']) await cache.set(key, kept, 1_000);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('c')).toEqual(kept);
    await cache.set('huge', { ...kept, results: [{ ...page, snippet: 'x'.repeat(500) }] }, 1_000);
    expect(await cache.get('huge')).toBeUndefined();
  });
});
