import { type Kysely, sql } from 'kysely';
import type { Asset, AssetPurpose } from '../domain/asset.js';
import { generationErrors } from '../generation.errors.js';
import { assetRow, toAsset } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';
import { expiryOf } from './unused-uploads.js';

/** Records of stored files. */
export class SqlAssets {
  constructor(private readonly db: Kysely<GenerationSchema>) {}

  async find(assetId: string): Promise<Asset | undefined> {
    const row = await this.db.selectFrom('assets').selectAll().where('asset_id', '=', assetId).executeTakeFirst();
    return row && toAsset(row);
  }

  async findAll(assetIds: readonly string[]): Promise<Asset[]> {
    if (assetIds.length === 0) return [];
    const rows = await this.db.selectFrom('assets').selectAll().where('asset_id', 'in', assetIds).execute();
    return rows.map(toAsset);
  }

  /** Takes a record away and answers the key of its file, which is noted as to be deleted; undefined when there is none. */
  async delete(assetId: string, purpose: AssetPurpose, ownerId: string | undefined): Promise<string | undefined> {
    return this.db.transaction().execute(async (trx) => {
      let deletion = trx.deleteFrom('assets').where('asset_id', '=', assetId).where('purpose', '=', purpose);
      if (ownerId !== undefined) deletion = deletion.where('owner_id', '=', ownerId);
      const deleted = await deletion.returning('storage_key').executeTakeFirst();
      if (!deleted) return undefined;
      await trx
        .insertInto('file_deletions')
        .values({ storage_key: deleted.storage_key })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return deleted.storage_key;
    });
  }

  /**
   * Registers a file. Repeating it answers the first record, which then stays a day longer, or as a reference for good; throws
   * ASSET_EXISTS when it is another file.
   */
  async register(asset: Asset, purpose: AssetPurpose): Promise<Asset> {
    const expireTime = expiryOf(asset, purpose);
    return this.db.transaction().execute(async (trx) => {
      const row = await trx
        .insertInto('assets')
        .values({ ...assetRow(asset, { purpose }), expire_time: expireTime })
        // One step, so that what is about to go either stays or is registered anew.
        .onConflict((conflict) =>
          conflict
            .column('asset_id')
            .doUpdateSet({
              expire_time:
                purpose === 'reference'
                  ? null
                  : sql<Date | null>`case when assets.expire_time is null then null
                    else greatest(assets.expire_time, excluded.expire_time) end`,
            })
            .where('assets.owner_id', '=', asset.ownerId)
            .where('assets.sha256', '=', asset.sha256),
        )
        .returningAll()
        .executeTakeFirst();
      if (!row) throw generationErrors.ASSET_EXISTS();
      // The file may have been noted as to be deleted when its record went before.
      await trx.deleteFrom('file_deletions').where('storage_key', '=', asset.storageKey).execute();
      return toAsset(row);
    });
  }

  /** Storage keys of files whose records are gone. */
  async deletionsDue(limit: number): Promise<string[]> {
    const rows = await this.db.selectFrom('file_deletions').select('storage_key').limit(limit).execute();
    return rows.map(({ storage_key }) => storage_key);
  }

  async deletionDone(storageKey: string): Promise<void> {
    await this.db.deleteFrom('file_deletions').where('storage_key', '=', storageKey).execute();
  }
}
