import { type Kysely, sql } from 'kysely';
import type { Clock, GenerationStore } from '../domain/ports.js';
import type { AssetRegistry } from './asset-registry.js';
import type { GenerationSchema } from './schema.js';
import { uuidFloor } from './uuid-floor.js';

/** Looked at in one round. */
const batchSize = 50;
/** Between rounds that found nothing more to do. */
const restMs = 10 * 60_000;

/** What deleting needs. */
export interface ExpiredGenerationsTools {
  readonly db: Kysely<GenerationSchema>;
  readonly store: Pick<GenerationStore, 'remove'>;
  readonly assets: Pick<AssetRegistry, 'deleteFiles'>;
  readonly clock: Pick<Clock, 'now'>;
  /** ASSET_RETENTION in milliseconds; 0 = for ever. */
  readonly retentionMs: number;
}

/**
 * Generations that ended long ago go with their files, as if their owners had deleted them; results of image jobs that no
 * generation works with go by their age. The ledger stays: it is about money.
 */
export class ExpiredGenerations {
  #nextMs = 0;

  constructor(private readonly tools: ExpiredGenerationsTools) {}

  /** Answers how many files and generations went. Several replicas do no harm to one another. */
  async purge(): Promise<number> {
    const { retentionMs, clock } = this.tools;
    const now = clock.now();
    if (retentionMs === 0 || now < this.#nextMs) return 0;
    const before = now - retentionMs;
    const generations = await this.generations(before);
    const results = await this.results(before);
    if (generations < batchSize && results < batchSize) this.#nextMs = now + restMs;
    return generations + results;
  }

  private async generations(beforeMs: number): Promise<number> {
    const { db, store, assets } = this.tools;
    const ended = await db
      .selectFrom('generations')
      .select('generation_id')
      // Ids sort by time, so that only what is old is looked at.
      .where('generation_id', '<', uuidFloor(beforeMs))
      .where('state', 'in', ['succeeded', 'failed', 'cancelled'])
      .where('end_time', '<', new Date(beforeMs))
      .orderBy('generation_id')
      .limit(batchSize)
      .execute();
    let removed = 0;
    for (const { generation_id } of ended) {
      const keys = await store.remove(generation_id);
      // The first step of two stays until the second has gone.
      if (!keys) continue;
      removed += 1;
      await assets.deleteFiles(keys);
    }
    return removed;
  }

  private async results(beforeMs: number): Promise<number> {
    const { db, assets } = this.tools;
    const keys = await db.transaction().execute(async (trx) => {
      const gone = await trx
        .deleteFrom('assets')
        .where('asset_id', 'in', (eb) =>
          eb
            .selectFrom('assets as old')
            .select('old.asset_id')
            .where('old.asset_id', '<', uuidFloor(beforeMs))
            .where('old.purpose', '=', 'playground')
            .where('old.create_time', '<', new Date(beforeMs))
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('generations')
                    .whereRef('generations.owner_id', '=', 'old.owner_id')
                    .where(
                      sql<boolean>`generations.input_images || coalesce(generations.mask, '[]') @> jsonb_build_array(jsonb_build_object('assetId', old.asset_id))`,
                    )
                    .select(sql`1`.as('used')),
                ),
              ),
            )
            .orderBy('old.asset_id')
            .limit(batchSize),
        )
        .returning('storage_key')
        .execute();
      if (gone.length > 0)
        await trx
          .insertInto('file_deletions')
          .values(gone)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      return gone.map(({ storage_key }) => storage_key);
    });
    await assets.deleteFiles(keys);
    return keys.length;
  }
}
