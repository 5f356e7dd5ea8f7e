import { loadCatalogue } from '@atelier/model-catalog';
import { type RedisLink, TwoLevelCache } from '@atelier/redis';
import { Bulkhead, CircuitBreaker } from '@atelier/resilience';
import { type ConfigOf, counter, type Logger, secondsHistogram } from '@atelier/service-defaults';
import type { classifierConfig } from '../../classifier.config.js';
import { NoWebSearch, type WebSearch } from '../../domain/web-search.js';
import { BudgetedCalls, type Ledger } from '../budgeted-call.js';
import { BoughtWebSearch, type SearchEnd } from './bought-web-search.js';
import { CachedWebSearch } from './cached-web-search.js';
import { OpenAiSearchProvider } from './openai-search-provider.js';
import { searchPrice } from './search-price.js';
import { type KeptSearch, MemoryWebSearchCache, SharedWebSearchCache } from './web-search-cache.js';

/** Searches at the same time; a plan that finds no place goes on without. */
const mostInFlight = 10;
/** At most eight results of bounded length each. */
const mostKept = 5_000;

const lookups = counter({
  name: 'atelier_web_search_lookups_total',
  help: 'Web searches by what the cache did: hit, miss, shared with one under way, bypassed',
  labelNames: ['result'],
});
const searches = counter({
  name: 'atelier_web_searches_total',
  help: 'Web searches that were not in the cache, by how they ended',
  labelNames: ['end'],
});
const times = secondsHistogram({
  name: 'atelier_web_search_seconds',
  help: 'Time of web searches that brought an answer',
  labelNames: [],
});

/** The web search that the configuration names, under the callers' budgets; none without a key or when switched off. */
export function createWebSearch(
  config: ConfigOf<typeof classifierConfig>,
  ledger: Ledger,
  logger: Logger,
  redis?: RedisLink,
  now: () => Date = () => new Date(),
): WebSearch {
  if (!config.OPENAI_API_KEY || !config.WEB_SEARCH_ENABLED) return new NoWebSearch();
  const known = loadCatalogue().resolve(config.WEB_SEARCH_MODEL, now())?.model;
  const model = known?.kind === 'llm' ? known : undefined;
  const provider = new OpenAiSearchProvider({
    apiKey: config.OPENAI_API_KEY,
    baseUrl: config.OPENAI_BASE_URL,
    model: model?.id ?? config.WEB_SEARCH_MODEL,
    reasoningEffort: model?.call.reasoningEffort,
    timeoutMs: config.WEB_SEARCH_TIMEOUT * 1_000,
  });
  const bought = new BoughtWebSearch({
    provider,
    price: searchPrice(model),
    budget: new BudgetedCalls(ledger, (error) => logger.error({ err: error }, 'a web search could not be booked')),
    bulkhead: new Bulkhead({ name: 'web_search', maxInFlight: mostInFlight }),
    circuit: new CircuitBreaker({
      name: `${provider.name}/${provider.modelId}/web_search`,
      failureThreshold: config.CIRCUIT_BREAKER_FAILURE_THRESHOLD,
      resetTimeoutMs: config.CIRCUIT_BREAKER_TIMEOUT * 1_000,
      successThreshold: config.CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
      onChange: (state) => logger.warn({ state }, 'the circuit of the web search changed'),
    }),
    onEnd: (end, elapsedS, error) => {
      searches.inc({ end });
      if (end === 'searched') times.observe(elapsedS);
      // Never the query: it says what a person asked for.
      else if (!quiet.has(end)) logger.warn({ end, err: error }, 'a web search brought nothing');
    },
  });
  const ttlMs = config.WEB_SEARCH_CACHE_TTL * 1_000;
  const kept = { name: 'web_search', version: '1', ttlMs, maxEntries: mostKept };
  const cache = redis
    ? new SharedWebSearchCache(new TwoLevelCache<KeptSearch>({ ...kept, link: redis }))
    : new MemoryWebSearchCache({ maxEntries: mostKept });
  return new CachedWebSearch(bought, cache, {
    ttlMs,
    version: provider.modelId,
    onLookup: (result) => lookups.inc({ result }),
    onClose: () => bought.close(),
  });
}

/** Ends that are expected, or were told when they began. */
const quiet: ReadonlySet<SearchEnd> = new Set(['over_budget', 'spared', 'refused']);
