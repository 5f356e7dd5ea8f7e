import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DynamicModule, Module } from '@nestjs/common';
import { LedgerServiceService } from '@atelier/contracts/generation/v1';
import { IdentityTokens } from '@atelier/identity';
import { type ConfigOf, type ServiceRuntime, StartRefused } from '@atelier/service-defaults';
import type { classifierConfig } from './classifier.config.js';
import { ClassifierController } from './classifier.controller.js';
import { IntentClassifier } from './domain/classify-intent.js';
import { DecisionTable, DecisionTableError } from './domain/decision-table.js';
import { PromptEnhancer } from './domain/prompt-enhancer.js';
import { WebSearch } from './domain/web-search.js';
import { createLanguageModel } from './infra/llm/create-language-model.js';
import { LocalIntentModel } from './infra/local-model/local-intent-model.js';
import { createWebSearch } from './infra/web-search/create-web-search.js';

const data = (name: string): string => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

/** Puts the classifier together. */
@Module({})
export class ClassifierModule {
  static register(config: ConfigOf<typeof classifierConfig>, runtime: ServiceRuntime): DynamicModule {
    const ledger = runtime.client(LedgerServiceService, 'atelier.generation.v1', config.GENERATION_URL);
    const languageModel = createLanguageModel(config, ledger, (error) =>
      runtime.logger.error({ err: error }, 'a call of the language model could not be booked'),
    );
    const classifier = new IntentClassifier({
      model: LocalIntentModel.load(data('intent-model.bin')),
      decisionTable: readTable(config.INTENT_DECISION_TABLE ?? data('decision-table.csv')),
      ...(languageModel ? { languageModel } : {}),
      cacheTtlMs: config.INTENT_CACHE_TTL * 1000,
    });
    runtime.logger.debug(
      { version: classifier.version, languageModel: languageModel?.version ?? 'none' },
      'classifier ready',
    );
    return {
      module: ClassifierModule,
      providers: [
        { provide: IntentClassifier, useValue: classifier },
        { provide: PromptEnhancer, useValue: new PromptEnhancer() },
        { provide: WebSearch, useValue: createWebSearch(config, ledger, runtime.logger) },
        { provide: IdentityTokens, useValue: new IdentityTokens(runtime.identitySecret) },
      ],
      controllers: [ClassifierController],
    };
  }
}

function readTable(path: string): DecisionTable {
  try {
    return DecisionTable.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const message = error instanceof DecisionTableError ? error.message : "the file can't be read";
    throw new StartRefused(`INTENT_DECISION_TABLE: ${message}`, { cause: error });
  }
}
