import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, type Selectable, sql } from 'kysely';
import { countCost } from './image-job-rows.js';
import type { SourceFigures } from './image-pixels.js';

/** Which image of which job. */
export interface BackgroundPlace {
  readonly ownerId: string;
  readonly jobId: string;
  readonly index: number;
}

/** What is, or is about to be, bought. */
export interface BoughtGeneration {
  readonly ownerId: string;
  /** Under which it is bought: at most once. */
  readonly idempotencyKey: string;
  /** Undefined until it is known to be accepted. */
  readonly generationId?: string;
}

/** What is, or is about to be, bought for an image. */
export interface BackgroundRecord extends BackgroundPlace, BoughtGeneration {
  readonly source: SourceFigures;
}

interface Table {
  owner_id: string;
  job_id: string;
  image_index: number;
  idempotency_key: string;
  generation_id: string | null;
  /** Nothing is left to be cancelled. */
  ended: boolean;
  source: SourceFigures;
}

interface Schema {
  'playground.background_images': Table;
  'playground.forgotten_generations': { idempotency_key: string; owner_id: string; generation_id: string | null };
}

/** Purchases that are ended or deleted in one round. */
const mostAtOnce = 200;

/** Records of what background jobs buy. */
export class BackgroundRecords {
  private readonly db: Kysely<Schema>;

  constructor(database: Database) {
    this.db = database.kysely<Schema>();
  }

  async find(place: BackgroundPlace): Promise<BackgroundRecord | undefined> {
    const row = await this.db
      .selectFrom('playground.background_images')
      .selectAll()
      .where((eb) => eb.and(keyOf(place)))
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** Writes down that something will be bought; the record that is there already stands. */
  async begin(place: BackgroundPlace, idempotencyKey: string, source: SourceFigures): Promise<BackgroundRecord> {
    await this.db
      .insertInto('playground.background_images')
      .values({ ...keyOf(place), idempotency_key: idempotencyKey, source: jsonb(source), ended: false })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.find(place)) ?? { ...place, idempotencyKey, source };
  }

  /** Also takes back that it was ended: a cancellation may have come before the purchase. */
  async accepted(place: BackgroundPlace, generationId: string): Promise<void> {
    await this.change(place, { generation_id: generationId, ended: false });
  }

  /** It has ended and cost so much, which counts once into its job. */
  async ended(place: BackgroundPlace, costMicros: number): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      // The job comes first, as everywhere: who forgets it takes what belongs to it after it.
      await countCost(trx, place, costMicros);
      await trx
        .updateTable('playground.background_images')
        .set({ ended: true })
        .where((eb) => eb.and(keyOf(place)))
        .execute();
    });
  }

  /** What was begun for images that nobody will ask for again: their jobs were cancelled, or they were given up. */
  async abandoned(): Promise<BackgroundRecord[]> {
    const rows = await this.db
      .selectFrom('playground.background_images as image')
      .selectAll('image')
      .where('image.ended', '=', false)
      .where(
        sql<boolean>`not exists (
          select from playground.image_sources source where source.owner_id = image.owner_id
            and source.job_id = image.job_id and source.index = image.image_index)`,
      )
      .limit(mostAtOnce)
      .execute();
    return rows.map(toRecord);
  }

  /** What was bought for jobs that are forgotten. */
  async forgotten(): Promise<BoughtGeneration[]> {
    const rows = await this.db
      .selectFrom('playground.forgotten_generations')
      .selectAll()
      .orderBy('idempotency_key')
      .limit(mostAtOnce)
      .execute();
    return rows.map((row) => ({
      ownerId: row.owner_id,
      idempotencyKey: row.idempotency_key,
      ...(row.generation_id === null ? {} : { generationId: row.generation_id }),
    }));
  }

  async deleted({ idempotencyKey }: BoughtGeneration): Promise<void> {
    await this.db
      .deleteFrom('playground.forgotten_generations')
      .where('idempotency_key', '=', idempotencyKey)
      .execute();
  }

  private async change(place: BackgroundPlace, values: Partial<Table>): Promise<void> {
    await this.db
      .updateTable('playground.background_images')
      .set(values)
      .where((eb) => eb.and(keyOf(place)))
      .execute();
  }
}

function keyOf({ ownerId, jobId, index }: BackgroundPlace) {
  return { owner_id: ownerId, job_id: jobId, image_index: index };
}

function toRecord(row: Selectable<Table>): BackgroundRecord {
  return {
    ownerId: row.owner_id,
    jobId: row.job_id,
    index: row.image_index,
    idempotencyKey: row.idempotency_key,
    ...(row.generation_id === null ? {} : { generationId: row.generation_id }),
    source: row.source,
  };
}
