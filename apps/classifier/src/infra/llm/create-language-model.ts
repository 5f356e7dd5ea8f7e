import type { BeforeApplicationShutdown } from '@nestjs/common';
import { loadCatalogue } from '@atelier/model-catalog';
import { Bulkhead, CircuitBreaker, RetryBudget } from '@atelier/resilience';
import { type ConfigOf, counter, type ServiceRuntime, StartRefused } from '@atelier/service-defaults';
import type { classifierConfig } from '../../classifier.config.js';
import type { LanguageModelClassifier } from '../../domain/intent-models.js';
import type { PromptWriter } from '../../domain/prompt-writer.js';
import { BudgetedCalls, type Ledger } from '../budgeted-call.js';
import { BudgetedLanguageModel } from './budgeted-language-model.js';
import { LanguageModelError } from './language-model.js';
import { LlmIntentClassifier } from './llm-intent-classifier.js';
import { LlmPromptWriter } from './llm-prompt-writer.js';
import { type LanguageModelCall, MeteredLanguageModel } from './metered-language-model.js';
import { OpenAiLanguageModel } from './openai-language-model.js';
import { isIgnoredByCircuit, ProtectedLanguageModel } from './protected-language-model.js';
import { servingModel, type ServingModel } from './serving-model.js';
import { type BuiltLanguageModel, SuccessiveLanguageModel } from './successive-language-model.js';

type Config = ConfigOf<typeof classifierConfig>;

/** What the language model is made with. */
export interface LanguageModelParts {
  readonly config: Config;
  readonly runtime: Pick<ServiceRuntime, 'logger' | 'events' | 'name'>;
  readonly ledger: Ledger;
  readonly now?: () => Date;
}

/** Everything that asks the one language model, behind the same limits. */
export class LanguageModelDesk implements BeforeApplicationShutdown {
  readonly classifier: LanguageModelClassifier;
  readonly promptWriter: PromptWriter;

  constructor(
    private readonly model: SuccessiveLanguageModel,
    private readonly purchases: BudgetedCalls,
  ) {
    this.classifier = new LlmIntentClassifier(model);
    this.promptWriter = new LlmPromptWriter(model);
  }

  /** What was bought is booked before the connections end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.model.dispose();
    await this.purchases.close();
  }
}

/** An attempt with less than half the usual time is not worth its price. */
const LEAST_SHARE_OF_TYPICAL_TIME = 0.5;

const calls = counter({
  name: 'atelier_language_model_calls_total',
  help: 'Requests to the language model by what they were for and how they ended',
  labelNames: ['service', 'task', 'outcome'],
});

/** The language model that the configuration names, or its successor; undefined without a key. @throws StartRefused */
export function createLanguageModel(parts: LanguageModelParts): LanguageModelDesk | undefined {
  const { config, runtime, ledger, now = () => new Date() } = parts;
  if (!config.OPENAI_API_KEY) return undefined;
  const catalogue = loadCatalogue();
  const servingNow = (): ServingModel => servingModel(catalogue, config.OPENAI_MODEL, now());
  const bulkhead = new Bulkhead({ name: 'language model', maxInFlight: config.MAX_CONCURRENT_CLASSIFICATIONS });
  const purchases = new BudgetedCalls(ledger, (error) =>
    runtime.logger.error({ err: error }, 'a call of the language model could not be booked'),
  );
  const build = (serving: ServingModel): BuiltLanguageModel => {
    for (const note of serving.notes) runtime.logger.warn({ model: serving.modelId }, note);
    return protect(parts, serving, { bulkhead, purchases });
  };
  try {
    return new LanguageModelDesk(new SuccessiveLanguageModel(servingNow, build), purchases);
  } catch (error) {
    if (error instanceof TypeError) throw new StartRefused(`OPENAI_MODEL: ${error.message}`, { cause: error });
    throw error;
  }
}

/** In this order: a place, attempts within the deadline, the circuit, the budget, the figures, the request. */
function protect(
  { config, runtime }: LanguageModelParts,
  serving: ServingModel,
  { bulkhead, purchases }: { readonly bulkhead: Bulkhead; readonly purchases: BudgetedCalls },
): BuiltLanguageModel {
  const { modelId, call } = serving;
  const openAi = new OpenAiLanguageModel({
    apiKey: config.OPENAI_API_KEY ?? '',
    ...(config.OPENAI_BASE_URL ? { baseUrl: config.OPENAI_BASE_URL } : {}),
    modelId,
    ...((call?.temperature ?? true) ? { temperature: 0.1 } : {}),
    ...(call ? { tokenLimitParameter: call.maxTokensField } : {}),
    ...(call?.reasoningEffort ? { reasoningEffort: call.reasoningEffort } : {}),
  });
  const metered = new MeteredLanguageModel(openAi, (ended) => report(runtime, ended));
  const circuit = new CircuitBreaker({
    name: `openai/${modelId}`,
    failureThreshold: config.OPENAI_CIRCUIT_BREAKER_FAILURE_THRESHOLD ?? config.CIRCUIT_BREAKER_FAILURE_THRESHOLD,
    resetTimeoutMs: (config.OPENAI_CIRCUIT_BREAKER_TIMEOUT ?? config.CIRCUIT_BREAKER_TIMEOUT) * 1000,
    successThreshold: config.OPENAI_CIRCUIT_BREAKER_SUCCESS_THRESHOLD ?? config.CIRCUIT_BREAKER_SUCCESS_THRESHOLD,
    isIgnored: isIgnoredByCircuit,
    onChange: (state) => {
      runtime.logger.warn({ model: modelId, state }, 'the circuit of the language model changed');
      const circuitChanged = { provider: 'openai', modelId, state };
      runtime.events.publish({ circuitChanged }, { userId: '', requestId: '' });
    },
  });
  const model = new ProtectedLanguageModel(new BudgetedLanguageModel(metered, purchases, serving.costMicros), {
    bulkhead,
    circuit,
    retries: new RetryBudget(),
    timeoutMs: config.CLASSIFICATION_TIMEOUT * 1000,
    leastAttemptMs: Math.min(serving.typicalTimeMs * LEAST_SHARE_OF_TYPICAL_TIME, config.CLASSIFICATION_TIMEOUT * 500),
    onUnexpected: (error) => runtime.logger.error({ err: error }, 'asking the language model failed unexpectedly'),
  });
  return Object.assign(model, { dispose: () => circuit.dispose() });
}

function report(runtime: LanguageModelParts['runtime'], ended: LanguageModelCall): void {
  const { modelId, task, outcome, durationMs, error } = ended;
  calls.inc({ service: runtime.name, task, outcome });
  const providerCalled = { provider: 'openai', modelId, outcome, durationMs: Math.round(durationMs) };
  runtime.events.publish({ providerCalled });
  if (error === undefined) return;
  const level = outcome === 'cancelled' ? 'debug' : 'warn';
  runtime.logger[level]({ model: modelId, task, outcome, ...seen(error) }, 'the language model gave no answer');
}

/** What may stand in a log: never the provider's own text, which may quote the prompt. */
function seen(error: unknown): object {
  return error instanceof LanguageModelError
    ? { status: error.details.status, code: error.details.code }
    : { err: error };
}
