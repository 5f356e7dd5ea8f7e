import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, sql } from 'kysely';
import type { ProcessedImage } from '../domain/image-processor.js';
import type { KeptResult, ResultStore } from '../domain/make-image-result.js';
import type { AssetResults } from './asset-results.js';

interface Schema {
  'playground.stored_results': {
    owner_id: string;
    result_key: string;
    asset_id: string;
    storage_key: string;
    metadata: Record<string, unknown>;
    create_time: Date;
  };
}

/** Results as assets of their owner, found again by what they were made of for as long as they are kept. */
export class StoredResults implements ResultStore {
  private readonly db: Kysely<Schema>;

  constructor(
    database: Database,
    private readonly assets: AssetResults,
    /** In seconds; 0 finds nothing again. */
    private readonly ttlS: number,
  ) {
    this.db = database.kysely<Schema>();
  }

  get remembers(): boolean {
    return this.ttlS > 0;
  }

  async find(ownerId: string, resultKey: string): Promise<KeptResult | undefined> {
    if (this.ttlS === 0) return undefined;
    const row = await this.db
      .selectFrom('playground.stored_results')
      .select(['asset_id', 'storage_key', 'metadata'])
      .where('owner_id', '=', ownerId)
      .where('result_key', '=', resultKey)
      .where('create_time', '>', sql<Date>`now() - make_interval(secs => ${this.ttlS})`)
      .executeTakeFirst();
    if (!row) return undefined;
    const result = { assetId: row.asset_id, storageKey: row.storage_key, metadata: row.metadata };
    return (await this.assets.has(result.storageKey, result.assetId, ownerId)) ? result : undefined;
  }

  async save(image: ProcessedImage, ownerId: string, resultKey: string | undefined): Promise<KeptResult> {
    const result = await this.assets.save(image, ownerId);
    if (resultKey === undefined || this.ttlS === 0) return result;
    const values = {
      asset_id: result.assetId,
      storage_key: result.storageKey,
      metadata: jsonb(result.metadata),
      create_time: sql<Date>`now()`,
    };
    await this.db
      .insertInto('playground.stored_results')
      .values({ owner_id: ownerId, result_key: resultKey, ...values })
      .onConflict((conflict) => conflict.columns(['owner_id', 'result_key']).doUpdateSet(values))
      .execute();
    return result;
  }

  /** Forgets what is no longer found; the assets stay their owner's. */
  async purge(): Promise<number> {
    const deleted = await this.db
      .deleteFrom('playground.stored_results')
      .where('create_time', '<=', sql<Date>`now() - make_interval(secs => ${this.ttlS})`)
      .executeTakeFirst();
    return Number(deleted.numDeletedRows);
  }
}
