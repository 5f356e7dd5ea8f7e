import { createHash } from 'node:crypto';
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
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
}

/** With the preference that asks for it, in its transaction: what is kept goes as soon as nobody wants it. */
export async function setPromptHistory(
  transaction: QueryExecutorProvider,
  ownerId: string,
  enabled: boolean,
  time: Date,
): Promise<void> {
  const change = enabled
    ? sql`insert into presets.prompt_histories (owner_id, enabled_at) values (${ownerId}, ${time}) on conflict do nothing`
    : sql`delete from presets.prompt_histories where owner_id = ${ownerId}`;
  await change.execute(transaction);
  await announcePromptHistory(transaction, ownerId);
}

/** Tells every process when the transaction commits. */
export async function announcePromptHistory(transaction: QueryExecutorProvider, ownerId: string): Promise<void> {
  await sql`select pg_notify(${promptHistoryChannel}, ${ownerKey(ownerId)})`.execute(transaction);
}

/** Of a length that an announcement can have. */
export function ownerKey(ownerId: string): string {
  return createHash('sha256').update(ownerId).digest('hex');
}
