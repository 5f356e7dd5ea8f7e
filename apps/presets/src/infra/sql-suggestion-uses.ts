import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { LearnedPrompt, SuggestionUses } from '../domain/suggestion-repositories.js';
import { presetsSchema } from './migrations.js';
import { announcePromptHistory } from './sql-prompt-histories.js';
import type { SuggestionTables } from './suggestion-tables.js';

const dayMs = 86_400_000;
/** A use of so many days ago counts half. */
const halfLifeDays = 14;
const usesKeptDays = 90;
/** Longer than any repetition of a request comes late. */
const keysKeptMs = 2 * dayMs;
/** Of one user. */
const promptsKept = 500;
/** Longer prompts are nothing to complete to. */
const longestKept = 500;
const forgottenEveryMs = 3_600_000;

/** Learns in SQL. What is old is forgotten every hour. */
export class SqlSuggestionUses implements SuggestionUses {
  private readonly db: Kysely<SuggestionTables>;
  private forgottenMs = Number.NEGATIVE_INFINITY;

  constructor(db: Kysely<SuggestionTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async learn(prompts: readonly LearnedPrompt[], time: Date): Promise<readonly LearnedPrompt[]> {
    if (prompts.length === 0) return [];
    const news = await this.db.transaction().execute(async (transaction) => {
      const keys = [...new Set(prompts.map(({ key }) => key))].sort();
      const added = await transaction
        .insertInto('counted_prompts')
        .values(keys.map((key) => ({ key, counted_at: time })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('key')
        .execute();
      const fresh = new Set(added.map(({ key }) => key));
      // A key that stands twice in a batch counts once.
      const learned = prompts.filter(({ key }) => fresh.delete(key));
      await countTexts(transaction, learned, time);
      await keepPrompts(transaction, learned, time);
      return learned;
    });
    await this.forgetOld(time);
    return news;
  }

  async usesAt(time: Date): Promise<ReadonlyMap<string, number>> {
    const rows = await this.db
      .selectFrom('suggestion_uses')
      .select([
        'text',
        sql<number>`sum(uses * power(0.5, (${dayOf(time)}::date - day) / ${halfLifeDays}::float8))`.as('uses'),
      ])
      .groupBy('text')
      .execute();
    return new Map(rows.map(({ text, uses }) => [text, Number(uses)]));
  }

  private async forgetOld(time: Date): Promise<void> {
    if (time.getTime() - this.forgottenMs < forgottenEveryMs) return;
    this.forgottenMs = time.getTime();
    const oldest = new Date(time.getTime() - keysKeptMs);
    await this.db.deleteFrom('counted_prompts').where('counted_at', '<', oldest).execute();
    await sql`
      delete from presets.suggestion_uses where day < ${dayOf(time)}::date - ${usesKeptDays}::int4`.execute(this.db);
  }
}

/** Rows in one order, so that batches never wait for each other in a circle. */
async function countTexts(
  transaction: Transaction<SuggestionTables>,
  learned: readonly LearnedPrompt[],
  time: Date,
): Promise<void> {
  const counts = Map.groupBy(
    learned.flatMap(({ texts }) => texts),
    (text) => text,
  );
  if (counts.size === 0) return;
  const rows = [...counts].map(([text, { length }]) => ({ text, day: dayOf(time), uses: length }));
  await transaction
    .insertInto('suggestion_uses')
    .values(rows.sort((a, b) => (a.text < b.text ? -1 : 1)))
    .onConflict((conflict) =>
      conflict.columns(['text', 'day']).doUpdateSet({ uses: sql<number>`suggestion_uses.uses + excluded.uses` }),
    )
    .execute();
}

/** Keeps the prompts of those who opted in: the latest ones, each once. */
async function keepPrompts(
  transaction: Transaction<SuggestionTables>,
  learned: readonly LearnedPrompt[],
  time: Date,
): Promise<void> {
  const owners = [...new Set(learned.map(({ ownerId }) => ownerId))];
  if (owners.length === 0) return;
  // Locked: who opts out meanwhile waits, and then nothing is left; two batches of one owner come after each other.
  const histories = await transaction
    .selectFrom('prompt_histories')
    .select('owner_id')
    .where('owner_id', 'in', owners)
    .orderBy('owner_id')
    .forNoKeyUpdate()
    .execute();
  for (const { owner_id: ownerId } of histories) {
    for (const { prompt, sameness } of learned.filter((one) => one.ownerId === ownerId && isKept(one))) {
      await transaction
        .insertInto('past_prompts')
        .values({ owner_id: ownerId, sameness_hash: hashOf(sameness), prompt: prompt.trim(), uses: 1, used_at: time })
        .onConflict((conflict) =>
          conflict
            .columns(['owner_id', 'sameness_hash'])
            .doUpdateSet({ uses: sql<number>`past_prompts.uses + 1`, used_at: time, prompt: prompt.trim() }),
        )
        .execute();
    }
    const kept = transaction
      .selectFrom('past_prompts')
      .select('sameness_hash')
      .where('owner_id', '=', ownerId)
      .orderBy('used_at', 'desc')
      .orderBy('sameness_hash')
      .limit(promptsKept);
    await transaction
      .deleteFrom('past_prompts')
      .where('owner_id', '=', ownerId)
      .where('sameness_hash', 'not in', kept)
      .execute();
    await announcePromptHistory(transaction, ownerId);
  }
}

function isKept({ prompt, sameness }: LearnedPrompt): boolean {
  return sameness !== '' && prompt.trim().length <= longestKept;
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
