import { Controller } from '@nestjs/common';
import {
  BatchClassifyIntentsItem,
  BatchClassifyIntentsRequest,
  BatchClassifyIntentsResponse,
  type BatchClassifyIntentsResult,
  type ClassifierServiceController,
  ClassifierServiceControllerMethods,
  ClassifyIntentRequest,
  ClassifyIntentResponse,
  EnhancePromptRequest,
  EnhancePromptResponse,
  SearchWebRequest,
  SearchWebResponse,
} from '@atelier/contracts/classifier/v1';
import { encodeStatus, ServiceError } from '@atelier/errors';
import { currentCall, grpcErrors } from '@atelier/grpc';
import { IdentityTokens } from '@atelier/identity';
import { meterCall } from '@atelier/service-defaults';
import { classifierErrors } from './classifier.errors.js';
import { IntentClassifier, type IntentRequest } from './domain/classify-intent.js';
import type { Classification } from './domain/intent.js';
import { type Enhancement, type EnhancementRequest, PromptEnhancer } from './domain/prompt-enhancer.js';
import { contextViolations, promptViolations } from './domain/request-limits.js';
import { WebSearch } from './domain/web-search.js';
import { countClassification } from './infra/intent-figures.js';
import { fromWireEnhancement, fromWireStrategy, toWireEnhancement } from './wire-enhancement.js';
import { fromWireRequest, toWireResponse } from './wire-intent.js';
import { toWireSearch } from './wire-search.js';

const metered = { service: 'classifier', method: 'classifyIntent' };
const largestBatch = 256;
const longestQuery = 300;

@Controller()
@ClassifierServiceControllerMethods()
export class ClassifierController implements ClassifierServiceController {
  constructor(
    private readonly classifier: IntentClassifier,
    private readonly tokens: IdentityTokens,
    private readonly enhancer: PromptEnhancer,
    private readonly webSearch: WebSearch,
  ) {}

  async classifyIntent(request: ClassifyIntentRequest): Promise<ClassifyIntentResponse> {
    const start = performance.now();
    const wanted = checked(request);
    const answer = await this.classifier.classify(wanted);
    const wishes = enhancementsOf(request, wanted, answer);
    return this.respond(answer, await Promise.all(wishes.map((wish) => this.enhancer.enhance(wish))), start);
  }

  batchClassifyIntents({ items }: BatchClassifyIntentsRequest): BatchClassifyIntentsResponse {
    if (items.length === 0 || items.length > largestBatch) throw classifierErrors.CLASSIFICATION_BATCH_TOO_LARGE();
    return BatchClassifyIntentsResponse.create({ results: items.map((item) => this.classifyItem(item)) });
  }

  /** A batch never waits: one prompt that needs the language model would hold up all others. */
  private classifyItem({ request, identityToken }: BatchClassifyIntentsItem): BatchClassifyIntentsResult {
    const start = performance.now();
    try {
      if (!this.tokens.verify(identityToken)) throw grpcErrors.IDENTITY_REQUIRED();
      const asked = request ?? ClassifyIntentRequest.create();
      const wanted = checked(asked);
      const answer = this.classifier.classifyAtOnce(wanted);
      const enhanced =
        answer && allOrNone(enhancementsOf(asked, wanted, answer), (wish) => this.enhancer.enhanceAtOnce(wish));
      if (!enhanced) throw classifierErrors.CLASSIFY_SINGLY();
      const response = this.respond(answer, enhanced, start);
      meterCall(metered, start);
      return { response };
    } catch (error) {
      // What is asked again by itself is measured there.
      if (!isSingly(error)) meterCall(metered, start, error);
      return { errorStatus: encodeStatus(ServiceError.from(error)) };
    }
  }

  async enhancePrompt(request: EnhancePromptRequest): Promise<EnhancePromptResponse> {
    checkPrompt(request.prompt);
    const signal = currentCall()?.signal;
    return toWireEnhancement(await this.enhancer.enhance(fromWireEnhancement(request, signal)));
  }

  async searchWeb({ query, bypassCache }: SearchWebRequest): Promise<SearchWebResponse> {
    const { length } = [...query.trim()];
    if (length === 0 || length > longestQuery) throw classifierErrors.SEARCH_QUERY_INVALID();
    const signal = currentCall()?.signal;
    return toWireSearch(await this.webSearch.search(query.trim(), { bypassCache, ...(signal ? { signal } : {}) }));
  }

  /** `enhanced`: the whole prompt, then that of each step. */
  private respond(answer: Classification, enhanced: readonly Enhancement[], start: number): ClassifyIntentResponse {
    const elapsedUs = (performance.now() - start) * 1000;
    countClassification(answer.source);
    return toWireResponse(answer, enhanced, { version: this.classifier.version, elapsedUs });
  }
}

/** The whole prompt, then that of each step. */
function enhancementsOf(
  asked: ClassifyIntentRequest,
  wanted: IntentRequest,
  answer: Classification,
): EnhancementRequest[] {
  const { prompt, context, bypassCache, signal } = wanted;
  const strategy = fromWireStrategy(asked.enhancement);
  const whole: EnhancementRequest = {
    prompt,
    context,
    workflow: answer.workflow,
    strategy,
    ...(bypassCache ? { bypassCache } : {}),
    ...(signal ? { signal } : {}),
  };
  if (!answer.steps) return [whole];
  // The language model writes only what a model is going to read: with steps, that is theirs.
  const quick = strategy === 'llm' ? 'quick' : strategy;
  return [{ ...whole, strategy: quick }, ...answer.steps.map((step) => ({ ...whole, ...step }))];
}

function isSingly(error: unknown): boolean {
  return error instanceof ServiceError && error.reason === 'CLASSIFY_SINGLY';
}

function allOrNone<Item, Result>(items: readonly Item[], of: (item: Item) => Result | undefined): Result[] | undefined {
  const results = items.flatMap((item) => of(item) ?? []);
  return results.length === items.length ? results : undefined;
}

/** @throws PROMPT_INVALID, CONTEXT_INVALID */
function checked(request: ClassifyIntentRequest): IntentRequest {
  checkPrompt(request.prompt);
  const call = currentCall();
  const wanted = fromWireRequest(request, call?.signal);
  const violations = contextViolations(wanted.context);
  if (violations.length > 0) throw classifierErrors.CONTEXT_INVALID({ violations });
  return call?.deadlineMs === undefined ? wanted : { ...wanted, timeLeftMs: call.deadlineMs - Date.now() };
}

/** @throws PROMPT_INVALID */
function checkPrompt(prompt: string): void {
  const violations = promptViolations(prompt);
  if (violations.length > 0) throw classifierErrors.PROMPT_INVALID({ violations });
}
