import {
  type Bulkhead,
  BulkheadFullError,
  type CallVerdict,
  type CircuitBreaker,
  CircuitOpenError,
} from '@atelier/resilience';
import { WebSearch, type WebSearchAnswer, type WebSearchOptions } from '../../domain/web-search.js';
import type { BudgetedCalls, Purchase, Spend } from '../budgeted-call.js';
import type { SearchPrice } from './search-price.js';
import type { FoundPages, SearchFailure, SearchProvider } from './search-provider.js';

/** How a purchase ended; `spared`: the provider was not asked because it is ill or busy. */
export type SearchEnd = 'searched' | 'over_budget' | 'ledger_unavailable' | 'spared' | 'error' | SearchFailure;

/** What one search is bought with. */
export interface BoughtWebSearchParts {
  readonly provider: SearchProvider;
  readonly price: SearchPrice;
  readonly budget: BudgetedCalls;
  readonly bulkhead: Bulkhead;
  readonly circuit: CircuitBreaker;
  /** Told once for each search. */
  readonly onEnd?: (end: SearchEnd, elapsedS: number, error?: unknown) => void;
  /** Milliseconds on any steady clock. */
  readonly now?: () => number;
}

/** Failures that say nothing about the provider's health. */
const ignored: ReadonlySet<SearchFailure> = new Set(['rejected', 'refused', 'quota']);

/** Searches at a provider, within the caller's budget, while the provider is well and not too busy. */
export class BoughtWebSearch extends WebSearch {
  readonly #running = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(private readonly parts: BoughtWebSearchParts) {
    super();
  }

  override async search(query: string, { signal }: WebSearchOptions = {}): Promise<WebSearchAnswer> {
    const { bulkhead, circuit, onEnd, now = () => performance.now() } = this.parts;
    const start = now();
    const ended = (end: SearchEnd, error?: unknown): void => onEnd?.(end, (now() - start) / 1_000, error);
    try {
      const purchase = await bulkhead.run(() => circuit.run(() => this.#buy(query, signal), verdictOn), signal);
      if (!purchase.bought) {
        ended(purchase.why);
        return none(purchase.why === 'over_budget' ? 'over_budget' : 'failed');
      }
      const found = purchase.answer;
      ended(found.ok ? 'searched' : found.failure);
      return found.ok ? { results: found.results, outcome: 'searched', cacheHit: false } : none('failed');
    } catch (error) {
      if (error instanceof BulkheadFullError || error instanceof CircuitOpenError) ended('spared');
      else if (signal?.aborted) ended('timeout');
      else ended('error', error);
      return none('failed');
    }
  }

  /** Ends the searches under way and waits until all of them are booked. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.parts.budget.close();
    this.parts.circuit.dispose();
  }

  async #buy(query: string, signal: AbortSignal | undefined): Promise<Purchase<FoundPages>> {
    const { provider, price, budget } = this.parts;
    const end = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const call = {
      kind: 'web_search',
      estimateMicros: price.estimateMicros,
      provider: provider.name,
      modelId: provider.modelId,
    };
    const buying = budget.run(call, async () => {
      const answer = await provider.find(query, end);
      return { answer, spend: this.#spendOf(answer) };
    });
    this.#running.add(buying);
    return buying.finally(() => this.#running.delete(buying));
  }

  #spendOf({ bill }: FoundPages): Spend {
    if (bill === 'nothing') return 'nothing';
    if (bill === 'unknown') return 'estimate';
    const { inputTokens, outputTokens } = bill;
    return { amountMicros: this.parts.price.costMicros(bill), inputTokens, outputTokens };
  }
}

function none(outcome: 'failed' | 'over_budget'): WebSearchAnswer {
  return { results: [], outcome, cacheHit: false };
}

function verdictOn(purchase: Purchase<FoundPages>): CallVerdict {
  // Nothing was asked of the provider.
  if (!purchase.bought) return 'ignored';
  if (purchase.answer.ok) return 'success';
  return ignored.has(purchase.answer.failure) ? 'ignored' : 'failure';
}
