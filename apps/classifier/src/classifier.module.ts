import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { openRedis, RedisLink, TwoLevelCache } from '@atelier/redis';
import { IdentityTokens } from '@atelier/identity';
import type { ConfigOf, ServiceRuntime } from '@atelier/service-defaults';
import type { classifierConfig } from './classifier.config.js';
import { ClassifierController } from './classifier.controller.js';
import type { LanguageModelAnswer } from './domain/intent-models.js';
import { IntentClassifier } from './domain/classify-intent.js';
import { PromptEnhancer } from './domain/prompt-enhancer.js';
import { WebSearch } from './domain/web-search.js';
import { loadDecisionTable } from './infra/decision-table/load-decision-table.js';
import { WatchedTable } from './infra/decision-table/watched-table.js';
import { intentFigures } from './infra/intent-figures.js';
import { createLanguageModel, LanguageModelDesk } from './infra/llm/create-language-model.js';
import { LocalIntentModel } from './infra/local-model/local-intent-model.js';
import { OutlivingLanguageModel } from './infra/outliving-language-model.js';
import { createWebSearch } from './infra/web-search/create-web-search.js';

const data = (name: string): string => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

/** Puts the classifier together. */
@Module({})
export class ClassifierModule {
  /** @throws StartRefused naming the setting that is of no use */
  static async register(config: ConfigOf<typeof classifierConfig>, runtime: ServiceRuntime): Promise<DynamicModule> {
    const ledger = runtime.client(LedgerServiceService, 'atelier.generation.v1', config.GENERATION_URL);
    const languageModel = createLanguageModel({ config, runtime, ledger });
    const model = LocalIntentModel.load(data('intent-model.bin'));
    const ownTable = config.INTENT_DECISION_TABLE;
    const { table, follow } = await loadDecisionTable(ownTable ?? data('decision-table.csv'), runtime.logger);
    // Last of what can be refused: nothing that is open may be left behind.
    const redis = await openRedis(config, { name: 'atelier-classifier', logger: runtime.logger });
    const classifier = new IntentClassifier({
      model,
      decisionTable: table,
      ...(languageModel ? { languageModel: new OutlivingLanguageModel(languageModel.classifier) } : {}),
      sureFrom: model.sureFrom(config.INTENT_LLM_SHARE),
      ...intentFigures,
      ...(redis ? { answers: boughtAnswers(redis, config) } : {}),
      cacheTtlMs: config.INTENT_CACHE_TTL * 1000,
    });
    const enhancer = new PromptEnhancer({
      ...(languageModel ? { writer: languageModel.promptWriter } : {}),
      cacheTtlMs: config.PROMPT_ENHANCEMENT_CACHE_TTL * 1000,
    });
    runtime.logger.debug(
      { version: classifier.version, languageModel: languageModel?.classifier.version ?? 'none' },
      'classifier ready',
    );
    return {
      module: ClassifierModule,
      providers: [
        { provide: IntentClassifier, useValue: classifier },
        ...(ownTable
          ? [{ provide: WatchedTable, useValue: follow((next) => classifier.replaceDecisionTable(next)) }]
          : []),
        { provide: PromptEnhancer, useValue: enhancer },
        ...(languageModel ? [{ provide: LanguageModelDesk, useValue: languageModel }] : []),
        { provide: WebSearch, useValue: createWebSearch(config, ledger, runtime.logger, redis) },
        ...(redis ? [{ provide: RedisLink, useValue: { onApplicationShutdown: () => redis.close() } }] : []),
        { provide: IdentityTokens, useValue: new IdentityTokens(runtime.identitySecret) },
      ],
      controllers: [ClassifierController],
    };
  }
}

/** Whatever stands before it in this process keeps whole classifications: this one is for the answers of others. */
function boughtAnswers(
  link: RedisLink,
  { INTENT_CACHE_TTL }: ConfigOf<typeof classifierConfig>,
): TwoLevelCache<LanguageModelAnswer> {
  return new TwoLevelCache({
    name: 'intent_answers',
    version: '1',
    ttlMs: INTENT_CACHE_TTL * 1000,
    maxEntries: 1_000,
    link,
  });
}
