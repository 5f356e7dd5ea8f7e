import { LRUCache } from 'lru-cache';
import { classifyByKeywords, isDoubtful } from './classic-rules.js';
import type { DecisionTable } from './decision-table.js';
import type {
  IntentModel,
  LanguageModelAnswer,
  LanguageModelClassifier,
  LanguageModelFailure,
  LocalAnswer,
} from './intent-models.js';
import { workflows, type Classification, type IntentContext, type RunnerUp, type Workflow } from './intent.js';
import { isEnhancementNeeded } from './prompt-enhancement.js';
import { promptFeatures } from './prompt-features.js';
import { normalizePrompt } from './prompt-tokens.js';
import { explainIntent } from './reasoning.js';
import { webSearchQuery } from './web-search-query.js';

export type ClassificationStrategy = 'cascade' | 'llm_first' | 'local_only' | 'classic';

/** One prompt to classify. The signal carries the caller's deadline to the remote stage. */
export interface IntentRequest {
  prompt: string;
  context: IntentContext;
  strategy?: ClassificationStrategy;
  bypassCache?: boolean;
  signal?: AbortSignal;
}

export interface IntentClassifierOptions {
  model: IntentModel;
  decisionTable: DecisionTable;
  languageModel?: LanguageModelClassifier;
  /** Below this calibrated confidence the cascade asks the language model. */
  sureFrom?: number;
  cacheEntries?: number;
  cacheTtlMs?: number;
  /** Milliseconds on any steady clock. */
  now?: () => number;
}

const WEB_SEARCH_FROM = 0.5;
/** A stage that failed leaves an answer nobody checked: it never looks surer than this. */
const FALLBACK_CONFIDENCE_LIMIT = 0.6;
const DOUBTFUL_CONFIDENCE_LIMIT = 0.3;
const neverAborted = new AbortController().signal;

/** Cache, local model, language model where unsure, then the decision table: always an answer, the cheapest sure one first. */
export class IntentClassifier {
  readonly version: string;
  private readonly model: IntentModel;
  private readonly table: DecisionTable;
  private readonly languageModel: LanguageModelClassifier | undefined;
  private readonly sureFrom: number;
  private readonly cache: LRUCache<string, Classification>;

  constructor(options: IntentClassifierOptions) {
    this.model = options.model;
    this.table = options.decisionTable;
    this.languageModel = options.languageModel;
    this.sureFrom = options.sureFrom ?? 0.75;
    this.version = [options.model.version, options.languageModel?.version]
      .filter((part) => part !== undefined)
      .join('+');
    const { now } = options;
    this.cache = new LRUCache({
      max: options.cacheEntries ?? 10_000,
      ttl: options.cacheTtlMs ?? 3_600_000,
      ...(now ? { perf: { now }, ttlResolution: 0 } : {}),
    });
  }

  async classify(request: IntentRequest): Promise<Classification> {
    const answer = this.classifyNow(request);
    return 'probabilities' in answer ? this.classifyRemotely(request, answer) : answer;
  }

  /** The answer that needs no network; undefined when the language model has to be asked. */
  classifyAtOnce(request: IntentRequest): Classification | undefined {
    const answer = this.classifyNow(request);
    return 'probabilities' in answer ? undefined : answer;
  }

  /** Answers in order; prompts that need no remote stage do not wait for those that do. */
  async classifyBatch(requests: readonly IntentRequest[]): Promise<Classification[]> {
    return Promise.all(requests.map((request) => this.classify(request)));
  }

  /** The answer that needs no network, or what the local model said when the remote stage has to be asked. */
  private classifyNow(request: IntentRequest): Classification | LocalAnswer {
    const { prompt, context, strategy = 'cascade' } = request;
    if (strategy === 'classic') return classifyByKeywords(prompt, context);
    const cached = request.bypassCache ? undefined : this.cache.get(this.keyOf(request));
    if (cached) return { ...structuredClone(cached), source: 'cache' };
    const mayAsk = this.languageModel !== undefined && strategy !== 'local_only';
    const local = this.model.classify(prompt, context);
    const sure = Math.max(...local.probabilities) >= this.sureFrom;
    if (mayAsk && (strategy === 'llm_first' || !sure)) return local;
    return this.remember(request, this.finish(request, local, 'local'));
  }

  private async classifyRemotely(request: IntentRequest, local: LocalAnswer): Promise<Classification> {
    const result = await this.languageModel?.classify(request.prompt, request.context, request.signal ?? neverAborted);
    if (result?.ok) return this.remember(request, this.finish(request, local, 'llm', result.answer));
    // A failure is not remembered: the next caller may be luckier.
    return this.finish(request, local, 'fallback', undefined, result?.failure ?? 'unavailable');
  }

  private finish(
    { prompt, context }: IntentRequest,
    local: LocalAnswer,
    source: 'local' | 'llm' | 'fallback',
    remote?: LanguageModelAnswer,
    failure?: LanguageModelFailure,
  ): Classification {
    const [best, second] = ranked(local.probabilities);
    const workflow = remote?.workflow ?? best.workflow;
    const probability = local.probabilities[workflows.indexOf(workflow)] ?? 0;
    const confidence = remote ? (remote.confidence + probability) / 2 : probability;
    const decision = this.table.decide(workflow, promptFeatures(local.reading), context);
    const corrected = decision.workflow !== workflow;
    const requiresWebSearch =
      decision.workflow === 'reference_styling' &&
      (remote?.requiresWebSearch ?? local.requiresWebSearch >= WEB_SEARCH_FROM);
    const query = remote?.webSearchQuery || webSearchQuery(prompt, local.reading);
    const runnerUp = best.workflow === decision.workflow ? second : best;
    const explained =
      remote && !corrected ? remote.reasoning : explainIntent(decision.workflow, local.reading, context);
    return {
      workflow: decision.workflow,
      confidence: Math.min(
        confidence,
        isDoubtful(prompt) ? DOUBTFUL_CONFIDENCE_LIMIT : failure ? FALLBACK_CONFIDENCE_LIMIT : 1,
      ),
      reasoning: failure ? `Fallback to the local model (language model ${failure}): ${explained}` : explained,
      requiresWebSearch,
      webSearchQuery: requiresWebSearch ? query : '',
      enhancementNeeded: isEnhancementNeeded(prompt),
      source,
      missingInputs: [...decision.missingInputs],
      runnerUp,
      ...(corrected ? { correctedFrom: workflow } : {}),
      ...(Object.keys(decision.parameters).length > 0 ? { parameters: { ...decision.parameters } } : {}),
    };
  }

  private remember(request: IntentRequest, answer: Classification): Classification {
    if (!request.bypassCache) this.cache.set(this.keyOf(request), structuredClone(answer));
    return answer;
  }

  /** Version, strategy, which kinds of image are there, and the normalised prompt. Names of references stay in the prompt. */
  private keyOf({ prompt, context, strategy = 'cascade' }: IntentRequest): string {
    const images = `${Math.min(context.workingImages, 2)}${Math.min(context.uploadedImages, 3)}${context.references.length > 0 ? 1 : 0}`;
    return `${this.version} ${strategy} ${images} ${normalizePrompt(prompt).replace(/\s+/g, ' ').trim()}`;
  }
}

function ranked(probabilities: Float64Array): [RunnerUp, RunnerUp] {
  const order = workflows.map((workflow, i): RunnerUp => ({ workflow, confidence: probabilities[i] ?? 0 }));
  order.sort((a, b) => b.confidence - a.confidence);
  const fallback: RunnerUp = { workflow: 'image_generation' satisfies Workflow, confidence: 0 };
  return [order[0] ?? fallback, order[1] ?? fallback];
}
