import { jsonb } from '@atelier/persistence';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { ExpectedVersion, PreferenceRepository } from '../domain/preference-repository.js';
import { defaultPreferences, type Preferences, type StoredPreferences } from '../domain/preferences.js';
import { presetsSchema } from './migrations.js';
import { setPromptHistory } from './sql-prompt-histories.js';
import type { UserTables } from './user-tables.js';

/** Preferences in SQL, one row for each user who set some; with them goes whether prompts are kept. */
export class SqlPreferenceRepository implements PreferenceRepository {
  private readonly db: Kysely<UserTables>;

  constructor(db: Kysely<UserTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(ownerId: string): Promise<StoredPreferences | undefined> {
    const row = await this.db.selectFrom('preferences').selectAll().where('owner_id', '=', ownerId).executeTakeFirst();
    return row && toStored(row);
  }

  async put(
    ownerId: string,
    preferences: Preferences,
    expected: ExpectedVersion,
    time: Date,
  ): Promise<StoredPreferences | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const row = await store(transaction, ownerId, preferences, expected, time);
      if (!row) return undefined;
      await setPromptHistory(transaction, ownerId, preferences.suggestFromHistory, time);
      return toStored(row);
    });
  }

  async delete(ownerId: string, expected: ExpectedVersion, time: Date): Promise<boolean> {
    if (expected === 'none') return (await this.find(ownerId)) === undefined;
    return this.db.transaction().execute(async (transaction) => {
      let deletion = transaction.deleteFrom('preferences').where('owner_id', '=', ownerId);
      if (expected !== 'any') deletion = deletion.where('version', '=', expected);
      const { numDeletedRows } = await deletion.executeTakeFirst();
      if (expected !== 'any' && numDeletedRows === 0n) return false;
      await setPromptHistory(transaction, ownerId, defaultPreferences.suggestFromHistory, time);
      return true;
    });
  }
}

async function store(
  db: Kysely<UserTables>,
  ownerId: string,
  preferences: Preferences,
  expected: ExpectedVersion,
  time: Date,
): Promise<Selectable<UserTables['preferences']> | undefined> {
  const content = jsonb(preferences);
  const change = { content, version: sql<number>`preferences.version + 1`, updated_at: time };
  if (typeof expected === 'number') {
    return db
      .updateTable('preferences')
      .set(change)
      .where('owner_id', '=', ownerId)
      .where('version', '=', expected)
      .returningAll()
      .executeTakeFirst();
  }
  return db
    .insertInto('preferences')
    .values({ owner_id: ownerId, content, version: 1, created_at: time, updated_at: time })
    .onConflict((conflict) =>
      expected === 'none' ? conflict.doNothing() : conflict.column('owner_id').doUpdateSet(change),
    )
    .returningAll()
    .executeTakeFirst();
}

function toStored({
  content,
  version,
  created_at,
  updated_at,
}: Selectable<UserTables['preferences']>): StoredPreferences {
  // A row may be older than a newer wish.
  return { ...defaultPreferences, ...content, version, createTime: created_at, updateTime: updated_at };
}
