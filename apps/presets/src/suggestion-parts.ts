import type { Provider } from '@nestjs/common';
import type { Database } from '@atelier/persistence';
import type { ServiceRuntime } from '@atelier/service-defaults';
import { PromptHistories } from './domain/prompt-histories.js';
import { SuggestionIndex } from './domain/suggestion-index.js';
import { Suggestions } from './domain/suggestions.js';
import { loadBuiltInSuggestions } from './infra/built-in-data.js';
import { ownerKey, SqlPromptHistories } from './infra/sql-prompt-histories.js';
import { SqlSuggestionUses } from './infra/sql-suggestion-uses.js';
import { promptHistoryChannel, type SuggestionTables } from './infra/suggestion-tables.js';
import { loadWordMeanings } from './infra/word-meanings-data.js';

/** What suggestions are put together from; begins to hear of changes in other processes. */
export async function suggestionParts(from: {
  readonly database: Database;
  readonly runtime: ServiceRuntime;
  readonly now: () => Date;
}): Promise<{ readonly histories: PromptHistories; readonly providers: Provider[] }> {
  const { database, runtime, now } = from;
  const db = database.kysely<SuggestionTables>();
  const catalogue = loadBuiltInSuggestions();
  const meanings = loadWordMeanings();
  const histories = new PromptHistories(new SqlPromptHistories(db), ownerKey);
  const subscription = await database.listen(
    promptHistoryChannel,
    (key) => histories.forgetKey(key),
    // While the connection was away nothing was heard.
    () => histories.forgetKey(),
  );
  const suggestions = new Suggestions({
    catalogue,
    index: new SuggestionIndex(catalogue, meanings),
    meanings,
    uses: new SqlSuggestionUses(db),
    histories,
    now,
    used: ({ text, category }, userId) => runtime.events.publish({ suggestionUsed: { text, category } }, { userId }),
    failed: (error) => runtime.logger.error({ err: error }, 'uses of suggestions could not be read'),
  });
  return {
    histories,
    providers: [
      { provide: Suggestions, useValue: suggestions },
      { provide: PromptHistories, useValue: histories },
      { provide: promptHistoryChannel, useValue: { onModuleDestroy: () => subscription.close() } },
    ],
  };
}
