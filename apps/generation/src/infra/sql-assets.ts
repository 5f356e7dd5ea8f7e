import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import type { Asset, AssetPurpose } from '../domain/asset.js';
import { generationErrors } from '../generation.errors.js';
import { assetRow, toAsset } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';
import { expiryOf } from './unused-uploads.js';

/** A deletion that has begun is left alone for this long, far more than it can take: then its process is dead. */
const deletionClaim = sql<Date>`now() + interval '5 minutes'`;

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
   * ASSET_EXISTS when it is another file, and INVALID_ASSET when the file is being deleted. `check` is asked when no deletion
   * of the file can begin any more; what it throws undoes all.
   */
  async register(asset: Asset, purpose: AssetPurpose, check: () => Promise<void>): Promise<Asset> {
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
      await keepFile(trx, asset.storageKey);
      await check();
      return toAsset(row);
    });
  }

  /** Storage keys of files whose records are gone. */
  async deletionsDue(limit: number): Promise<string[]> {
    const rows = await this.db
      .selectFrom('file_deletions')
      .select('storage_key')
      .where(isUnclaimed)
      .limit(limit)
      .execute();
    return rows.map(({ storage_key }) => storage_key);
  }

  /** Begins a deletion: from here on the file counts as gone. False when another process is at it, or when the file came again. */
  async beginDeletion(storageKey: string): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('file_deletions')
      .set({ claimed_until: deletionClaim })
      .where('storage_key', '=', storageKey)
      .where(isUnclaimed)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** What failed may be tried again at once, but may have done its work, too. */
  async deletionFailed(storageKey: string): Promise<void> {
    await this.db
      .updateTable('file_deletions')
      .set({ claimed_until: sql<Date>`now()` })
      .where('storage_key', '=', storageKey)
      .execute();
  }

  async deletionDone(storageKey: string): Promise<void> {
    await this.db.deleteFrom('file_deletions').where('storage_key', '=', storageKey).execute();
  }
}

function isUnclaimed({ or, eb }: ExpressionBuilder<GenerationSchema, 'file_deletions'>) {
  return or([eb('claimed_until', 'is', null), eb('claimed_until', '<=', sql<Date>`now()`)]);
}

/** The file may have been noted as to be deleted when its record went before. A deletion that has begun can't be taken back. */
async function keepFile(trx: Transaction<GenerationSchema>, storageKey: string): Promise<void> {
  const note = await trx
    .selectFrom('file_deletions')
    .select('claimed_until')
    .where('storage_key', '=', storageKey)
    .forUpdate()
    .executeTakeFirst();
  if (note?.claimed_until) {
    const message = 'The file is being deleted.';
    throw generationErrors.INVALID_ASSET({ violations: [{ field: 'storage_key', message }] });
  }
  if (note) await trx.deleteFrom('file_deletions').where('storage_key', '=', storageKey).execute();
}
