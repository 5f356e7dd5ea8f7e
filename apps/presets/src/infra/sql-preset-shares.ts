import { type Kysely, sql } from 'kysely';
import type { PresetShare, PresetShareRepository } from '../domain/preset-shares.js';
import { presetsSchema, type PresetsTables } from './migrations.js';

/** Tokens of share links in SQL. */
export class SqlPresetShares implements PresetShareRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async share(presetId: string, token: string): Promise<PresetShare | undefined> {
    const row = await this.db
      .insertInto('preset_shares')
      .columns(['preset_id', 'token'])
      .expression((from) =>
        from
          .selectFrom('presets')
          .select(['preset_id', sql<string>`${token}`.as('token')])
          .where('preset_id', '=', presetId)
          // It can't go before its token is stored.
          .forKeyShare(),
      )
      // Answers the token that is there; nothing changes.
      .onConflict((conflict) => conflict.column('preset_id').doUpdateSet({ preset_id: presetId }))
      .returning(['token', 'created_at'])
      .executeTakeFirst();
    return row && { token: row.token, createTime: row.created_at };
  }

  async revoke(presetId: string): Promise<void> {
    await this.db.deleteFrom('preset_shares').where('preset_id', '=', presetId).execute();
  }
}
