import { type Kysely, sql } from 'kysely';
import type { Asset, AssetPurpose } from '../domain/asset.js';
import type { Clock } from '../domain/ports.js';
import type { GenerationSchema } from './schema.js';

const dayMs = 24 * 60 * 60 * 1_000;
/** Files looked at in one round. */
const batchSize = 100;
const temporary: readonly AssetPurpose[] = ['upload', 'playground_source'];

/** When a new file goes unless something uses it by then; null for what stays. */
export function expiryOf({ createTimeMs }: Asset, purpose: AssetPurpose): Date | null {
  return temporary.includes(purpose) ? new Date(createTimeMs + dayMs) : null;
}

/** Files that callers brought along and nothing uses: they go a day after they came, with the last use of them at the latest. */
export class UnusedUploads {
  constructor(
    private readonly db: Kysely<GenerationSchema>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Notes the files as to be deleted and answers how many they are. */
  purge(): Promise<number> {
    const now = new Date(this.clock.now());
    return this.db.transaction().execute(async (trx) => {
      const due = await trx
        .selectFrom('assets')
        .select('asset_id')
        .where('expire_time', '<=', now)
        .orderBy('expire_time')
        .limit(batchSize)
        .forUpdate()
        .skipLocked()
        .execute();
      const ids = due.map(({ asset_id }) => asset_id);
      if (ids.length === 0) return 0;
      const gone = await trx
        .deleteFrom('assets')
        .where('asset_id', 'in', ids)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('generations')
                .whereRef('generations.owner_id', '=', 'assets.owner_id')
                .where(
                  sql<boolean>`generations.input_images || coalesce(generations.mask, '[]') @> jsonb_build_array(jsonb_build_object('assetId', assets.asset_id))`,
                )
                .select(sql`1`.as('used')),
            ),
          ),
        )
        .returning('storage_key')
        .execute();
      // What is left is in use, and asked about again tomorrow.
      await trx
        .updateTable('assets')
        .set({ expire_time: new Date(now.getTime() + dayMs) })
        .where('asset_id', 'in', ids)
        .execute();
      if (gone.length === 0) return 0;
      await trx
        .insertInto('file_deletions')
        .values(gone)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return gone.length;
    });
  }
}
