import { type Database, jsonb } from '@atelier/persistence';
import type { Kysely, Selectable } from 'kysely';

/** The source of an image, for the figures of its result. */
export interface SourceFigures {
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
  readonly frames: number;
}

/** Which image of which job. */
export interface BackgroundPlace {
  readonly ownerId: string;
  readonly jobId: string;
  readonly index: number;
}

/** What is, or is about to be, bought for an image. */
export interface BackgroundRecord extends BackgroundPlace {
  /** Under which it is bought: at most once. */
  readonly idempotencyKey: string;
  /** Undefined until it is known to be accepted. */
  readonly generationId?: string;
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
  'playground.image_jobs': { owner_id: string; job_id: string; state: string };
}

/** Cancelled jobs whose purchases are ended in one round. */
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

  async ended(place: BackgroundPlace): Promise<void> {
    await this.change(place, { ended: true });
  }

  /** What was begun for jobs that were cancelled since. */
  async abandoned(): Promise<BackgroundRecord[]> {
    const rows = await this.db
      .selectFrom('playground.background_images as image')
      .innerJoin('playground.image_jobs as job', (join) =>
        join.onRef('job.owner_id', '=', 'image.owner_id').onRef('job.job_id', '=', 'image.job_id'),
      )
      .selectAll('image')
      .where('image.ended', '=', false)
      .where('job.state', '=', 'cancelled')
      .limit(mostAtOnce)
      .execute();
    return rows.map(toRecord);
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
