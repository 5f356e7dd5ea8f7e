import type { LedgerServiceService } from '@atelier/contracts/generation/v1';
import type { GrpcClient } from '@atelier/grpc';
import { loadCatalogue, tokenCostMicros } from '@atelier/model-catalog';
import type { ConfigOf } from '@atelier/service-defaults';
import type { classifierConfig } from '../../classifier.config.js';
import type { LanguageModelClassifier } from '../../domain/intent-models.js';
import { BudgetedLanguageModel } from './budgeted-language-model.js';
import { LlmIntentClassifier } from './llm-intent-classifier.js';

const mostTokens = { inputTokens: 2_500, outputTokens: 300 };
/** For a model that the catalogue does not know: a cent, rather than nothing. */
const unknownCostMicros = 10_000;

/** The language model that the configuration names, under the caller's budget; undefined without a key. */
export function createLanguageModel(
  config: ConfigOf<typeof classifierConfig>,
  ledger: GrpcClient<LedgerServiceService>,
  onUnbooked: (error: unknown) => void,
  now: () => Date = () => new Date(),
): LanguageModelClassifier | undefined {
  if (!config.OPENAI_API_KEY) return undefined;
  const known = loadCatalogue().resolve(config.OPENAI_MODEL, now())?.model;
  const model = known?.kind === 'llm' ? known : undefined;
  const inner = new LlmIntentClassifier({
    apiKey: config.OPENAI_API_KEY,
    ...(config.OPENAI_BASE_URL ? { baseUrl: config.OPENAI_BASE_URL } : {}),
    model: model?.id ?? config.OPENAI_MODEL,
    ...((model?.call.temperature ?? true) ? { temperature: 0.1 } : {}),
    tokenLimitParameter: model?.call.maxTokensField ?? 'max_tokens',
    maxInFlight: config.MAX_CONCURRENT_CLASSIFICATIONS,
    timeoutMs: config.CLASSIFICATION_TIMEOUT * 1000,
  });
  return new BudgetedLanguageModel(
    inner,
    ledger,
    model ? tokenCostMicros(model, mostTokens) : unknownCostMicros,
    onUnbooked,
  );
}
