import { type Database, jsonb } from '@atelier/persistence';
import { type Kysely, sql, type Transaction } from 'kysely';
import { type Db, fromKysely } from 'pg-boss';
import type { ImageJob } from '../domain/image-job.js';
import type { ImageJobConfig } from '../domain/image-job-config.js';
import type {
  Accepted,
  ImageJobRepository,
  ImageOutcome,
  ImageRef,
  NewImageJob,
  StartedImage,
} from '../domain/image-job-repository.js';
import { type Lane, laneOf, providerTypes } from '../domain/lane.js';
import { announce, countCost, type ImageJobSchema, open, type OpenState, toJob } from './image-job-rows.js';

type Trx = Transaction<ImageJobSchema>;

/** An image in the queue; lower turns come first. */
export interface QueuedImage extends ImageRef {
  readonly lane: Lane;
  readonly turn: number;
}

/** Jobs that may be open at the same time. */
export interface QueueLimits {
  readonly all: number;
  readonly perUser: number;
}

/** Key of the lock under which places in the queue are given away, so that no two are counted as one. */
const acceptLock = 7_301_114_905;

/** Image jobs in PostgreSQL; the queue entries are written in the transaction that writes the row. */
export class SqlImageJobRepository implements ImageJobRepository {
  private readonly db: Kysely<ImageJobSchema>;

  constructor(
    database: Database,
    private readonly enqueue: (images: readonly QueuedImage[], db: Db) => Promise<void>,
    private readonly limits: QueueLimits,
  ) {
    this.db = database.kysely<ImageJobSchema>();
  }

  accept(job: NewImageJob): Promise<Accepted> {
    return this.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${acceptLock})`.execute(trx);
      const existing = await trx
        .selectFrom('playground.image_jobs')
        .select('body_hash')
        .where('owner_id', '=', job.ownerId)
        .where('job_id', '=', job.jobId)
        .executeTakeFirst();
      if (existing) return existing.body_hash === job.bodyHash ? 'existing' : 'reused';
      const line = await readLine(trx, job.ownerId, laneOf(job.config.type));
      if (line.all >= this.limits.all) return 'queue_full';
      if (line.own >= this.limits.perUser) return 'user_queue_full';
      await this.insert(trx, job, line.turn);
      return 'created';
    });
  }

  async find(ownerId: string, jobId: string): Promise<ImageJob | undefined> {
    const row = await this.db
      .selectFrom('playground.image_jobs')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('job_id', '=', jobId)
      .executeTakeFirst();
    return row && toJob(row);
  }

  begin(image: ImageRef): Promise<StartedImage | undefined> {
    return this.db.transaction().execute(async (trx) => {
      const config = await lockOpenJob(trx, image);
      if (!config) return undefined;
      const given = await trx
        .selectFrom('playground.image_sources')
        .select('source')
        .where('owner_id', '=', image.ownerId)
        .where('job_id', '=', image.jobId)
        .where('index', '=', image.index)
        .executeTakeFirst();
      if (!given) return undefined;
      await this.change(trx, image, { state: 'processing', current: withPart(image.index, 0) });
      return { config, source: given.source };
    });
  }

  async progress(image: ImageRef, fraction: number): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      const { rows } = await sql`
        select from playground.image_jobs where owner_id = ${image.ownerId} and job_id = ${image.jobId}
          and current ? ${String(image.index)} for update`.execute(trx);
      if (rows.length > 0) await this.change(trx, image, { current: withPart(image.index, fraction) });
    });
  }

  finishImage(image: ImageRef, outcome: ImageOutcome, elapsedMs: number): Promise<ImageJob | undefined> {
    const { costMicros, ...rest } = outcome;
    const [list, entry] =
      'assetId' in rest
        ? (['results', { index: image.index, ...pick(rest) }] as const)
        : (['failures', { index: image.index, message: rest.message }] as const);
    return this.db.transaction().execute(async (trx) => {
      const counts = (await lockOpenJob(trx, image)) && (await this.takeSource(trx, image));
      await countCost(trx, image, costMicros);
      if (!counts) return undefined;
      const done = sql`jsonb_array_length(results) + jsonb_array_length(failures) + 1 >= jsonb_array_length(sources)`;
      const hasResult = list === 'results' ? sql`true` : sql`jsonb_array_length(results) > 0`;
      return this.change(trx, image, {
        [list]: sql`${sql.ref(list)} || ${jsonb([entry])}`,
        current: sql`case when ${done} then '{}'::jsonb else current - ${String(image.index)}::text end`,
        state: sql`case when not (${done}) then state when ${hasResult} then 'completed' else 'failed' end`,
        processing_time_ms: sql`processing_time_ms + ${elapsedMs}`,
      });
    });
  }

  cancel(ownerId: string, jobId: string): Promise<boolean> {
    return this.db.transaction().execute(async (trx) => {
      const cancelled = await this.change(trx, { ownerId, jobId }, { state: 'cancelled', current: jsonb({}) });
      if (!cancelled) return false;
      await trx
        .deleteFrom('playground.image_sources')
        .where('owner_id', '=', ownerId)
        .where('job_id', '=', jobId)
        .execute();
      return true;
    });
  }

  /** Puts the images of jobs into the queue that were accepted before images had places of their own. */
  async adopt(): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${acceptLock})`.execute(trx);
      const { rows } = await sql<ImageRef & { readonly type: string }>`
        select owner_id as "ownerId", job_id as "jobId", index, config ->> 'type' as type
        from playground.image_jobs join playground.image_sources using (owner_id, job_id)
        where state in ('pending', 'processing') and first_turn is null order by create_time, index`.execute(trx);
      if (rows.length === 0) return;
      await this.enqueue(
        rows.map(({ type, ...image }) => ({ ...image, lane: laneOf(type), turn: image.index })),
        fromKysely(trx),
      );
      await sql`
        update playground.image_jobs set first_turn = 0
        where state in ('pending', 'processing') and first_turn is null`.execute(trx);
    });
  }

  /**
   * Forgets jobs that ended so many seconds ago, at most so many at once. What they made stays their owner's; what was bought to
   * make it is noted as to be deleted.
   */
  async purge(olderThanS: number, atMost: number): Promise<number> {
    const { rows } = await sql`
      with old as (
        select owner_id, job_id from playground.image_jobs
        where state not in ('pending', 'processing') and update_time < now() - make_interval(secs => ${olderThanS})
        order by update_time limit ${atMost} for update skip locked
      ), bought as (
        insert into playground.forgotten_generations (idempotency_key, owner_id, generation_id)
        select idempotency_key, owner_id, generation_id from playground.background_images join old using (owner_id, job_id)
        on conflict do nothing
      )
      delete from playground.image_jobs where (owner_id, job_id) in (select owner_id, job_id from old) returning 1`.execute(
      this.db,
    );
    return rows.length;
  }

  private async insert(trx: Trx, { ownerId, jobId, config, sources, bodyHash }: NewImageJob, turn: number) {
    await sql`
      insert into playground.image_jobs (owner_id, job_id, body_hash, config, sources, state, first_turn)
      values (${ownerId}, ${jobId}, ${bodyHash}, ${jsonb(config)}, ${jsonb(sources.map(shown))}, 'pending', ${turn})`.execute(
      trx,
    );
    await sql`
      insert into playground.image_sources (owner_id, job_id, index, source)
      select ${ownerId}, ${jobId}, place - 1, source
      from unnest(${[...sources]}::text[]) with ordinality as given (source, place)`.execute(trx);
    const lane = laneOf(config.type);
    const images = sources.map((_, index) => ({ ownerId, jobId, index, lane, turn: turn + index }));
    await this.enqueue(images, fromKysely(trx));
  }

  private async takeSource(trx: Trx, { ownerId, jobId, index }: ImageRef): Promise<boolean> {
    const taken = await trx
      .deleteFrom('playground.image_sources')
      .where('owner_id', '=', ownerId)
      .where('job_id', '=', jobId)
      .where('index', '=', index)
      .executeTakeFirst();
    return Number(taken.numDeletedRows) > 0;
  }

  /** Changes a job that has not ended and tells the watchers in the same transaction. */
  private async change(
    trx: Trx,
    { ownerId, jobId }: Pick<ImageRef, 'ownerId' | 'jobId'>,
    values: Record<string, unknown>,
  ): Promise<ImageJob | undefined> {
    const row = await trx
      .updateTable('playground.image_jobs')
      .set({ ...values, update_time: sql`clock_timestamp()` })
      .where('owner_id', '=', ownerId)
      .where('job_id', '=', jobId)
      .where('state', 'in', open)
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    await announce(trx, row);
    return toJob(row);
  }
}

/** Locks the job's row, so that everything about it happens one after the other. Undefined when it has ended. */
async function lockOpenJob(trx: Trx, { ownerId, jobId }: ImageRef): Promise<ImageJobConfig | undefined> {
  const row = await trx
    .selectFrom('playground.image_jobs')
    .select('config')
    .where('owner_id', '=', ownerId)
    .where('job_id', '=', jobId)
    .where('state', 'in', open satisfies OpenState[])
    .forUpdate()
    .executeTakeFirst();
  return row?.config;
}

/**
 * Open jobs, and the first turn for the images of a newcomer: where the lane stands, but after the images that its owner
 * has waiting there. So owners take turns, however many images each of them has.
 */
async function readLine(
  trx: Trx,
  ownerId: string,
  lane: Lane,
): Promise<{ readonly all: number; readonly own: number; readonly turn: number }> {
  const inLane = sql`((config ->> 'type' = any(${[...providerTypes]}::text[])) = ${lane === 'provider'})`;
  const done = sql`jsonb_array_length(results) + jsonb_array_length(failures)`;
  const { rows } = await sql<{ all: number; own: number; turn: number }>`
    select count(*)::int as all, (count(*) filter (where owner_id = ${ownerId}))::int as own,
      coalesce(greatest(
        min(coalesce(first_turn, 0) + ${done}) filter (where ${inLane}),
        max(coalesce(first_turn, 0) + jsonb_array_length(sources)) filter (where ${inLane} and owner_id = ${ownerId})
      ), 0)::int as turn
    from playground.image_jobs where state in ('pending', 'processing')`.execute(trx);
  return rows[0] ?? { all: 0, own: 0, turn: 0 };
}

function withPart(index: number, fraction: number) {
  return sql`current || jsonb_build_object(${String(index)}::text, ${fraction}::float8)`;
}

function pick<Kept extends { assetId: string; storageKey: string; metadata: unknown }>(result: Kept) {
  return { assetId: result.assetId, storageKey: result.storageKey, metadata: result.metadata };
}

/** Data URLs may be megabytes. */
function shown(source: string): string {
  return source.slice(0, source.startsWith('data:') ? 40 : 200);
}
