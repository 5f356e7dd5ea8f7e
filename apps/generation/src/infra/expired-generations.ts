import { type Kysely, sql } from 'kysely';
import type { Clock, GenerationStore, Random } from '../domain/ports.js';
import type { AssetRegistry } from './asset-registry.js';
import type { GenerationSchema } from './schema.js';
import { uuidFloor } from './uuid-floor.js';

/** Looked at at a time. */
const batchSize = 50;
/** One purge goes on for so long while there is more to do. */
const purgeMs = 20_000;
/** Between purges once nothing is left to do. */
const restMs = 10 * 60_000;

/** Before all others. */
const firstId = '00000000-0000-0000-0000-000000000000';

/** What a batch came to. */
interface Batch {
  readonly gone: number;
  /** Where the next one goes on; undefined when this was the last. */
  readonly last: string | undefined;
}

/** What deleting needs. */
export interface ExpiredGenerationsTools {
  readonly db: Kysely<GenerationSchema>;
  readonly store: Pick<GenerationStore, 'remove'>;
  readonly assets: Pick<AssetRegistry, 'deleteFiles'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'fraction'>;
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

  /** Answers how many generations and results went. Several replicas do no harm to one another. */
  async purge(closing: AbortSignal): Promise<number> {
    const { retentionMs, clock } = this.tools;
    const now = clock.now();
    if (retentionMs === 0 || now < this.#nextMs) return 0;
    const before = now - retentionMs;
    let gone = 0;
    let last: string | undefined = firstId;
    let isMore = true;
    do {
      const generations: Batch = last === undefined ? { gone: 0, last } : await this.generations(before, last);
      const results = await this.results(before);
      gone += generations.gone + results;
      last = generations.last;
      // Another replica may have taken results of this batch, so that few of them does not mean that no more are left.
      isMore = last !== undefined || results > 0;
    } while (isMore && !closing.aborted && clock.now() - now < purgeMs);
    if (!isMore) this.#nextMs = now + restMs;
    return gone;
  }

  /** Those that come after an id, so that what has to stay for now holds nothing up. */
  private async generations(beforeMs: number, after: string): Promise<Batch> {
    const { db, store, assets, random } = this.tools;
    const ended = await db
      .selectFrom('generations')
      .select('generation_id')
      // Ids sort by time, so that only what is old is looked at.
      .where('generation_id', '<', uuidFloor(beforeMs))
      .where('generation_id', '>', after)
      .where('state', 'in', ['succeeded', 'failed', 'cancelled'])
      .where('end_time', '<', new Date(beforeMs))
      .orderBy('generation_id')
      .limit(batchSize)
      .execute();
    let gone = 0;
    // Each replica in an order of its own: otherwise they would all wait for one another's locks.
    const inSomeOrder = ended
      .map(({ generation_id: id }) => ({ id, place: random.fraction() }))
      .toSorted((one, other) => one.place - other.place);
    for (const { id } of inSomeOrder) {
      const keys = await store.remove(id);
      // The first step of two stays until the second has gone; what another replica was quicker with is gone already.
      if (!keys) continue;
      gone += 1;
      await assets.deleteFiles(keys);
    }
    return { gone, last: ended.length < batchSize ? undefined : ended.at(-1)?.generation_id };
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
