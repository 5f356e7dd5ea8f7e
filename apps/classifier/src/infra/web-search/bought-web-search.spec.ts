import { Bulkhead, CircuitBreaker } from '@atelier/resilience';
import { loadCatalogue } from '@atelier/model-catalog';
import { grpcErrors } from '@atelier/grpc';
import { defineErrors } from '@atelier/errors';
import { BudgetedCalls, type Ledger } from '../budgeted-call.js';
import { BoughtWebSearch, type SearchEnd } from './bought-web-search.js';
import { searchPrice } from './search-price.js';
import type { FoundPages, SearchProvider } from './search-provider.js';

const { BUDGET_SPENT } = defineErrors('test', {
  BUDGET_SPENT: { code: 'RESOURCE_EXHAUSTED', title: 'Spent', message: 'Spent.', remedy: '-' },
});
const page = { title: 'Met Gala', url: 'https://vogue.com/met', imageUrl: '', snippet: 'Blue.' };
const bill = { inputTokens: 9_000, cachedInputTokens: 0, outputTokens: 400, webSearches: 1 };
const found: FoundPages = { ok: true, results: [page], bill };
const price = searchPrice(loadCatalogue().find('gpt-6-luna')?.model);

function build(
  answers: FoundPages[],
  over: { reserve?: () => Promise<void>; maxInFlight?: number; find?: SearchProvider['find'] } = {},
) {
  const entries: [string, object][] = [];
  const ends: SearchEnd[] = [];
  const unbooked: unknown[] = [];
  const note = (entry: string) => async (request: object) => {
    entries.push([entry, request]);
    return {};
  };
  const ledger = {
    reserveBudget: async (request: object) => {
      await over.reserve?.();
      entries.push(['reserve', request]);
      return { reservationId: 'r' };
    },
    settleReservation: note('settle'),
    releaseReservation: note('release'),
  } as Ledger;
  const circuit = new CircuitBreaker({ name: 'test', failureThreshold: 2 });
  const search = new BoughtWebSearch({
    provider: { name: 'openai', modelId: 'gpt-6-luna', find: over.find ?? (async () => answers.shift() ?? found) },
    price,
    budget: new BudgetedCalls(ledger, (error) => unbooked.push(error)),
    bulkhead: new Bulkhead({ name: 'test', maxInFlight: over.maxInFlight ?? 10 }),
    circuit,
    onEnd: (end) => ends.push(end),
  });
  return { search, entries, ends, unbooked, circuit };
}
const failing = (failure: 'unavailable' | 'rejected' | 'timeout', spend: FoundPages['bill']): FoundPages => ({
  ok: false,
  failure,
  bill: spend,
});

describe('BoughtWebSearch', () => {
  it('reserves the upper estimate and settles tokens and search fee', async () => {
    const { search, entries, circuit } = build([found]);
    expect(await search.search('x')).toEqual({ results: [page], outcome: 'searched', cacheHit: false });
    expect(entries).toEqual([
      [
        'reserve',
        {
          reservationKey: expect.stringMatching(/^web_search:/),
          amountMicros: price.estimateMicros,
          kind: 'web_search',
        },
      ],
      [
        'settle',
        {
          reservationId: 'r',
          provider: 'openai',
          modelId: 'gpt-6-luna',
          amountMicros: 10_000 + 900 + 200,
          inputTokens: 9_000,
          outputTokens: 400,
        },
      ],
    ]);
    expect(price.estimateMicros).toBeGreaterThan(11_100);
    circuit.dispose();
  });

  it('releases what was certainly not charged, and books the estimate where nobody knows', async () => {
    const { search, entries, circuit } = build([failing('unavailable', 'nothing'), failing('timeout', 'unknown')]);
    expect(await search.search('x')).toMatchObject({ outcome: 'failed', results: [] });
    expect(await search.search('x')).toMatchObject({ outcome: 'failed' });
    expect(entries.map(([entry]) => entry)).toEqual(['reserve', 'release', 'reserve', 'settle']);
    expect(entries[3]?.[1]).toMatchObject({ amountMicros: price.estimateMicros });
    circuit.dispose();
  });

  it('buys nothing over the budget, and nothing without a ledger', async () => {
    const spent = build([], { reserve: async () => Promise.reject(BUDGET_SPENT()) });
    expect(await spent.search.search('x')).toMatchObject({ outcome: 'over_budget' });
    const away = build([], { reserve: async () => Promise.reject(grpcErrors.INTERNAL()) });
    expect(await away.search.search('x')).toMatchObject({ outcome: 'failed' });
    expect([spent.ends, away.ends]).toEqual([['over_budget'], ['ledger_unavailable']]);
    expect(spent.entries).toEqual([]);
    for (const { circuit } of [spent, away]) circuit.dispose();
  });

  it('spares a provider that fails again and again, without touching the ledger', async () => {
    const ill = failing('unavailable', 'nothing');
    const { search, entries, ends, circuit } = build([failing('rejected', 'nothing'), ill, ill]);
    for (let n = 0; n < 4; n += 1) await search.search('x');
    expect(ends).toEqual(['rejected', 'unavailable', 'unavailable', 'spared']);
    expect(entries.filter(([entry]) => entry === 'reserve')).toHaveLength(3);
    circuit.dispose();
  });

  it('ends what is under way when it closes, and books it', async () => {
    const { search, entries } = build([], {
      find: (_query, signal) =>
        new Promise((resolve) =>
          signal?.addEventListener('abort', () => resolve(failing('timeout', 'unknown')), { once: true }),
        ),
    });
    const held = search.search('x');
    await new Promise((resolve) => setImmediate(resolve));
    await search.close();
    expect(await held).toMatchObject({ outcome: 'failed' });
    expect(entries.map(([entry]) => entry)).toEqual(['reserve', 'settle']);
  });

  it('lets no more searches run than it may', async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const { search, ends, circuit } = build([], { reserve: () => gate, maxInFlight: 1 });
    const held = search.search('x');
    expect(await search.search('y')).toMatchObject({ outcome: 'failed' });
    go();
    expect(await held).toMatchObject({ outcome: 'searched' });
    expect(ends).toEqual(['spared', 'searched']);
    circuit.dispose();
  });
});

describe('searchPrice', () => {
  it('is flat, and never nothing, for a model that the catalogue can’t price', () => {
    const unknown = searchPrice(undefined);
    expect(unknown.estimateMicros).toBe(50_000);
    expect(unknown.costMicros(bill)).toBe(50_000);
  });
});
