import { type Kysely, sql, type Transaction } from 'kysely';
import { generationErrors } from '../generation.errors.js';
import { type Attempt, type Generation, hasEnded } from '../domain/generation.js';
import type { Step } from '../domain/life-cycle.js';
import type { Acceptance, Clock, GenerationStore, Random } from '../domain/ports.js';
import { priorityNumber, selectGenerations, toAttempt, toGeneration } from './generation-rows.js';
import type { JobQueue } from './job-queue.js';
import type { GenerationSchema } from './schema.js';
import { SqlGenerationReader } from './sql-generation-reader.js';
import type { SqlLedger } from './sql-ledger.js';
import type { Publisher } from './usage-facts.js';
import { insertAccepted, writeChange } from './write-change.js';

/** What the store needs. */
export interface StoreTools {
  readonly db: Kysely<GenerationSchema>;
  readonly ledger: SqlLedger;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly publisher: Publisher;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
  /** Generations that may wait at the same time. */
  readonly maxQueued: number;
  /** Called after a commit that left something in the outbox. */
  readonly onOutbox: () => void;
}

/** A waiting place is expected to be free again after this time, in milliseconds. */
const queueFullRetryMs = 10_000;

/** Generations in SQL. Every change is one short transaction: state, ledger, event, outbox and job, or nothing. */
export class SqlGenerationStore extends SqlGenerationReader implements GenerationStore {
  constructor(private readonly tools: StoreTools) {
    super(tools.db);
  }

  async accept(acceptance: Acceptance): Promise<{ generation: Generation; replayed: boolean }> {
    const { idempotency } = acceptance;
    const { ownerId } = acceptance.change.generation;
    const accepted = await this.tools.db.transaction().execute((trx) => this.insert(trx, acceptance));
    if (accepted) {
      this.tools.onOutbox();
      return { generation: accepted, replayed: false };
    }
    // Somebody was faster with the same key: his is the answer.
    const winner = idempotency && (await this.findByKey(ownerId, idempotency.key));
    if (!winner || winner.requestHash !== idempotency.requestHash) throw generationErrors.IDEMPOTENCY_KEY_REUSED();
    const generation = await this.find(winner.generationId);
    if (!generation) throw generationErrors.GENERATION_NOT_FOUND();
    return { generation, replayed: true };
  }

  async apply(generationId: string, step: Step, leaseId?: string): Promise<Generation | undefined> {
    const { db, ledger, publisher, random } = this.tools;
    const change = await db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId, leaseId);
      const nowMs = this.tools.clock.now();
      const next = current && step(current, nowMs);
      if (!next) return undefined;
      await writeChange(trx, current, next, publisher, random.id);
      // Last, because everybody meets at the row of the day.
      await ledger.apply(trx, next.ledger, nowMs);
      return next;
    });
    if (change && change.usage.length > 0) this.tools.onOutbox();
    return change?.generation;
  }

  async noteProviderJob(attemptId: string, providerJobId: string): Promise<void> {
    await this.tools.db
      .updateTable('attempts')
      .set({ provider_job_id: providerJobId, cancel_due: sql<boolean>`state = 'cancelled'` })
      .where('attempt_id', '=', attemptId)
      .where('provider_job_id', '=', '')
      .execute();
  }

  async remove(generationId: string): Promise<readonly string[] | undefined> {
    return this.tools.db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId);
      if (!current || !hasEnded(current)) return undefined;
      const inputs = [...current.inputImages, ...(current.mask ? [current.mask] : [])];
      const own = inputs.flatMap((image) => (image.kind === 'asset' ? [image.assetId] : []));
      const unused = own.length > 0 ? await deleteUnusedInputs(trx, current, own) : [];
      const keys = [...current.outputs.map(({ storageKey }) => storageKey), ...unused];
      await trx.deleteFrom('generations').where('generation_id', '=', generationId).execute();
      if (keys.length > 0) {
        const rows = keys.map((storage_key) => ({ storage_key }));
        await trx
          .insertInto('file_deletions')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      return keys;
    });
  }

  async cancellationsDue(): Promise<Attempt[]> {
    const rows = await this.tools.db
      .selectFrom('attempts')
      .selectAll()
      .where('cancel_due', '=', true)
      .limit(100)
      .execute();
    return rows.map(toAttempt);
  }

  async cancellationDone(attemptId: string): Promise<void> {
    await this.tools.db
      .updateTable('attempts')
      .set({ cancel_due: false })
      .where('attempt_id', '=', attemptId)
      .execute();
  }

  /** Undefined when the idempotency key is taken. */
  private async insert(trx: Transaction<GenerationSchema>, { change, idempotency, inputs }: Acceptance) {
    const { ledger, queue, publisher, random } = this.tools;
    if (idempotency && !(await takeKey(trx, change.generation, idempotency))) return undefined;
    const queuePosition = await this.placeInQueue(trx, change.generation);
    const generation = { ...change.generation, queuePosition };
    const events = change.events.map((event) => ({ ...event, generation }));
    await insertAccepted(trx, { ...change, generation, events }, inputs, publisher, random.id);
    await queue.enqueue(trx, [generation]);
    await ledger.apply(trx, change.ledger, generation.createTimeMs);
    return generation;
  }

  private async placeInQueue(trx: Transaction<GenerationSchema>, { priority }: Generation): Promise<number> {
    const { waiting, ahead } = await trx
      .selectFrom('generations')
      .where('state', '=', 'queued')
      .select([
        sql<number>`count(*)`.as('waiting'),
        sql<number>`count(*) filter (where priority >= ${priorityNumber(priority)})`.as('ahead'),
      ])
      .executeTakeFirstOrThrow();
    if (waiting >= this.tools.maxQueued) throw generationErrors.QUEUE_FULL({ retryAfterMs: queueFullRetryMs });
    return ahead + 1;
  }
}

/** Two statements: one that had to wait for the lock would read the attempts as they were before the wait. */
async function lock(trx: Transaction<GenerationSchema>, generationId: string, leaseId?: string) {
  const locked = await trx
    .selectFrom('generations')
    .select('generation_id')
    .where('generation_id', '=', generationId)
    .$if(leaseId !== undefined, (select) => select.where('lease_id', '=', leaseId ?? ''))
    .forUpdate()
    .executeTakeFirst();
  if (!locked) return undefined;
  return toGeneration(await selectGenerations(trx).where('generation_id', '=', generationId).executeTakeFirstOrThrow());
}

/** False when it is taken. A concurrent request with the same key waits here until the first one is decided. */
async function takeKey(
  trx: Transaction<GenerationSchema>,
  generation: Generation,
  { key, requestHash }: NonNullable<Acceptance['idempotency']>,
): Promise<boolean> {
  const taken = await trx
    .insertInto('idempotency_keys')
    .values({
      owner_id: generation.ownerId,
      idempotency_key: key,
      request_hash: requestHash,
      generation_id: generation.generationId,
      create_time: new Date(generation.createTimeMs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('generation_id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Images that came inside the request go with the last generation that uses them. */
async function deleteUnusedInputs(
  trx: Transaction<GenerationSchema>,
  { generationId, ownerId }: Generation,
  assetIds: readonly string[],
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('assets')
    .where('asset_id', 'in', assetIds)
    .where('purpose', '=', 'input')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('generations as other')
            .where('other.owner_id', '=', ownerId)
            .where('other.generation_id', '<>', generationId)
            .where(
              sql<boolean>`other.input_images || coalesce(other.mask, '[]') @> jsonb_build_array(jsonb_build_object('assetId', assets.asset_id))`,
            )
            .select(sql`1`.as('used')),
        ),
      ),
    )
    .returning('storage_key')
    .execute();
  return rows.map(({ storage_key }) => storage_key);
}
