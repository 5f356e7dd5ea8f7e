import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { PastPrompt, PromptHistoryRepository } from '../domain/suggestion-repositories.js';
import { presetsSchema } from './migrations.js';
import { promptHistoryChannel, type SuggestionTables } from './suggestion-tables.js';

/** Earlier prompts in SQL. */
export class SqlPromptHistories implements PromptHistoryRepository {
  private readonly db: Kysely<SuggestionTables>;

  constructor(db: Kysely<SuggestionTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(ownerId: string): Promise<readonly PastPrompt[] | undefined> {
    const rows = await this.db
      .selectFrom('prompt_histories')
      .leftJoin('past_prompts', 'past_prompts.owner_id', 'prompt_histories.owner_id')
      .select(['past_prompts.prompt', 'past_prompts.uses'])
      .where('prompt_histories.owner_id', '=', ownerId)
      .orderBy('past_prompts.used_at', 'desc')
      .orderBy('past_prompts.sameness_hash')
      .execute();
    if (rows.length === 0) return undefined;
    return rows.flatMap(({ prompt, uses }) => (prompt === null || uses === null ? [] : [{ prompt, uses }]));
  }

  async setEnabled(ownerId: string, enabled: boolean, time: Date): Promise<void> {
    await this.db.transaction().execute(async (transaction) => {
      if (enabled) {
        await transaction
          .insertInto('prompt_histories')
          .values({ owner_id: ownerId, enabled_at: time })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      } else await transaction.deleteFrom('prompt_histories').where('owner_id', '=', ownerId).execute();
      await announcePromptHistory(transaction, ownerId);
    });
  }
}

/** Tells every process when the transaction commits. */
export async function announcePromptHistory(transaction: Kysely<SuggestionTables>, ownerId: string): Promise<void> {
  await sql`select pg_notify(${promptHistoryChannel}, ${ownerKey(ownerId)})`.execute(transaction);
}

/** Of a length that an announcement can have. */
export function ownerKey(ownerId: string): string {
  return createHash('sha256').update(ownerId).digest('hex');
}
