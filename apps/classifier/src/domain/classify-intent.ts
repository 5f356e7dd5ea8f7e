import { classifyByKeywords } from './classic-rules.js';
import { composeClassification } from './compose-classification.js';
import type { DecisionTable } from './decision-table.js';
import { findSteps, hearMotion, type IntentSteps } from './intent-steps.js';
import { IntentCache, intentKey, type IntentLookup } from './intent-cache.js';
import type { IntentModel, LanguageModelClassifier, LocalAnswer } from './intent-models.js';
import type { Classification, IntentContext } from './intent.js';
import { type AnswerMemory, type AnswerOrigin, SharedLanguageModel } from './shared-language-model.js';

export type ClassificationStrategy = 'cascade' | 'llm_first' | 'local_only' | 'classic';

/** One prompt to classify. */
export interface IntentRequest {
  prompt: string;
  context: IntentContext;
  strategy?: ClassificationStrategy;
  /** Neither read nor written: the cache. Nor is an answer shared with others. */
  bypassCache?: boolean;
  /** Fires when the caller has left. */
  signal?: AbortSignal;
  /** Milliseconds that the caller still waits. */
  timeLeftMs?: number;
}

export interface IntentClassifierOptions {
  model: IntentModel;
  decisionTable: DecisionTable;
  languageModel?: LanguageModelClassifier;
  /** Below this calibrated confidence the cascade asks the language model; default: that of a quarter of all prompts. */
  sureFrom?: number;
  cacheEntries?: number;
  cacheTtlMs?: number;
  /** Milliseconds on any steady clock. */
  now?: () => number;
  onLookup?: (lookup: IntentLookup) => void;
  /** Answers of the language model that other processes bought. */
  answers?: AnswerMemory;
  /** Told of each answer of the language model. */
  onRemoteAnswer?: (how: AnswerOrigin) => void;
}

const USUAL_SHARE = 0.25;

/** Cache, local model, language model where unsure, then the decision table: always an answer, the cheapest sure one first. */
export class IntentClassifier {
  private readonly model: IntentModel;
  private readonly languageModel: SharedLanguageModel | undefined;
  private readonly sureFrom: number;
  private readonly cache: IntentCache;
  private readonly onLookup: (lookup: IntentLookup) => void;
  private table: DecisionTable;

  constructor(options: IntentClassifierOptions) {
    const { model, decisionTable, languageModel, cacheEntries, cacheTtlMs, now } = options;
    this.model = model;
    this.table = decisionTable;
    const { answers: memory, onRemoteAnswer: onAnswer } = options;
    this.languageModel = languageModel && new SharedLanguageModel(languageModel, { onAnswer, memory });
    this.sureFrom = options.sureFrom ?? model.sureFrom(USUAL_SHARE);
    this.cache = new IntentCache({ entries: cacheEntries, ttlMs: cacheTtlMs, now });
    this.onLookup = options.onLookup ?? (() => undefined);
  }

  /** Names whoever answers: models and decision table. Answers of another version are not taken from the cache. */
  get version(): string {
    const models = [this.model.version, this.languageModel?.version].filter((version) => version !== undefined);
    return [...models, `table-${this.table.version}`].join('+');
  }

  /** The next prompt is judged by this table; those under way end with the one they began with. */
  replaceDecisionTable(table: DecisionTable): void {
    this.table = table;
  }

  /** Always answers. */
  async classify(request: IntentRequest): Promise<Classification> {
    const answer = this.classifyNow(request);
    if (answer.lookup) this.onLookup(answer.lookup);
    return 'classification' in answer ? answer.classification : this.classifyRemotely(answer);
  }

  /** The answer that needs no network; undefined when the language model has to be asked. */
  classifyAtOnce(request: IntentRequest): Classification | undefined {
    const answer = this.classifyNow(request);
    // Whoever has to ask again is counted then.
    if (!('classification' in answer)) return undefined;
    if (answer.lookup) this.onLookup(answer.lookup);
    return answer.classification;
  }

  /** Answers in order; prompts that need no remote stage do not wait for those that do. */
  async classifyBatch(requests: readonly IntentRequest[]): Promise<Classification[]> {
    return Promise.all(requests.map((request) => this.classify(request)));
  }

  private classifyNow(request: IntentRequest): Answered | Unanswered {
    const { prompt, context, strategy = 'cascade' } = request;
    if (strategy === 'classic') return { classification: classifyByKeywords(prompt, context) };
    // Taken once: a table that takes over in between must not get answers of the one before under its version.
    const { table } = this;
    const key = request.bypassCache ? undefined : intentKey(this.version, strategy, prompt, context);
    const cached = key === undefined ? undefined : this.cache.get(key);
    if (cached) return { classification: cached, lookup: 'hit' };
    const lookup = key === undefined ? 'bypassed' : 'miss';
    const heard = this.model.classify(prompt, context);
    const steps = findSteps(this.model, prompt, context, heard);
    const local = steps ? hearMotion(heard, steps) : heard;
    const isSure = Math.max(...local.probabilities) >= this.sureFrom;
    const asks = this.languageModel && strategy !== 'local_only' && (strategy === 'llm_first' || !isSure);
    if (asks) return { request, local, steps, table, key, lookup };
    const classification = composeClassification({ prompt, context, local, steps, table });
    return { classification: this.remember(key, classification), lookup };
  }

  private async classifyRemotely({ request, local, steps, table, key }: Unanswered): Promise<Classification> {
    const { prompt, context, signal, timeLeftMs } = request;
    const result = await this.languageModel?.classify({ prompt, context, key, signal, timeLeftMs });
    const findings = { prompt, context, local, steps, table };
    if (result?.ok) return this.remember(key, composeClassification({ ...findings, remote: result.answer }));
    // A failure is not remembered: the next caller may be luckier.
    return composeClassification({ ...findings, remote: result?.failure ?? 'unavailable' });
  }

  private remember(key: string | undefined, answer: Classification): Classification {
    if (key !== undefined) this.cache.set(key, answer);
    return answer;
  }
}

interface Answered {
  readonly classification: Classification;
  /** Absent where the cache has no part. */
  readonly lookup?: IntentLookup;
}

/** What is known of a request for which the language model has to be asked. */
interface Unanswered {
  readonly request: IntentRequest;
  readonly local: LocalAnswer;
  readonly steps: IntentSteps | undefined;
  readonly table: DecisionTable;
  /** Absent when the cache is bypassed. */
  readonly key: string | undefined;
  readonly lookup: IntentLookup;
}
