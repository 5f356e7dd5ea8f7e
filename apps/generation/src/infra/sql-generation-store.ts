import { type Kysely, sql, type Transaction } from 'kysely';
import { generationErrors } from '../generation.errors.js';
import { type Attempt, type Generation, hasEnded } from '../domain/generation.js';
import { adopt, type Step } from '../domain/life-cycle.js';
import type { Acceptance, GenerationStore } from '../domain/ports.js';
import { selectGenerations, toAttempt, toGeneration } from './generation-rows.js';
import { GroupCommit } from './group-commit.js';
import type { GenerationSchema } from './schema.js';
import { acceptTogether, type AcceptanceTools, type Verdict } from './sql-acceptance.js';
import { SqlGenerationReader } from './sql-generation-reader.js';
import type { SqlLedger } from './sql-ledger.js';
import type { SqlModelSamples } from './sql-model-samples.js';
import { isJobTaken, takeJob } from './sql-purchases.js';
import { findFollowers, findResults, inheritOutputs, type ResultQuery } from './stored-results.js';
import { writeChange } from './write-change.js';

/** What the store needs. */
export interface StoreTools extends AcceptanceTools {
  readonly db: Kysely<GenerationSchema>;
  readonly ledger: SqlLedger;
  /** Generations that are accepted in one transaction, when that many arrive at once. */
  readonly mostAcceptedTogether: number;
  /** Keeps what deliveries took and cost. */
  readonly samples?: Pick<SqlModelSamples, 'rowsOf'>;
  /** Called after a commit that left something in the outbox. */
  readonly onOutbox: () => void;
  /** Called after a commit that left a message for a webhook. */
  readonly onMessage?: () => void;
}

/** Generations that may wait for their transaction. */
const mostWaitingForCommit = 2_000;

/** Generations in SQL. Every change is one short transaction: state, ledger, event, outbox and job, or nothing. */
export class SqlGenerationStore extends SqlGenerationReader implements GenerationStore {
  readonly #accepting: GroupCommit<Acceptance, Verdict>;

  constructor(private readonly tools: StoreTools) {
    super(tools.db);
    this.#accepting = new GroupCommit({
      commit: (acceptances) => tools.db.transaction().execute((trx) => acceptTogether(trx, tools, acceptances)),
      mostItems: tools.mostAcceptedTogether,
      mostWaiting: mostWaitingForCommit,
      overload: () => generationErrors.QUEUE_FULL({ metadata: { limit: 'all' }, retryAfterMs: 1_000 }),
    });
  }

  async accept(acceptance: Acceptance): Promise<{ generation: Generation; replayed: boolean }> {
    const { idempotency } = acceptance;
    for (;;) {
      const verdict = await this.#accepting.add(acceptance);
      if (verdict.kind === 'refused') throw verdict.error;
      if (verdict.kind === 'accepted') {
        this.tools.onOutbox();
        this.announceMessage(verdict.generation);
        return { generation: verdict.generation, replayed: false };
      }
      // Somebody was faster with the same key: his is the answer, unless he was refused.
      const winner = idempotency && (await this.findByKey(acceptance.change.generation.ownerId, idempotency.key));
      if (!winner) continue;
      if (winner.requestHash !== idempotency.requestHash) throw generationErrors.IDEMPOTENCY_KEY_REUSED();
      const generation = await this.find(winner.generationId);
      if (!generation) throw generationErrors.GENERATION_NOT_FOUND();
      return { generation, replayed: true };
    }
  }

  async apply(generationId: string, step: Step, leaseId?: string): Promise<Generation | undefined> {
    const change = await this.tools.db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId, leaseId);
      return current && this.write(trx, current, step);
    });
    if (change && change.usage.length > 0) this.tools.onOutbox();
    this.announceMessage(change?.generation);
    return change?.generation;
  }

  private announceMessage(generation: Generation | undefined): void {
    if (generation && generation.webhookUrl !== '' && hasEnded(generation)) this.tools.onMessage?.();
  }

  private async write(trx: Transaction<GenerationSchema>, current: Generation, step: Step) {
    const { ledger, publisher, random, clock } = this.tools;
    const nowMs = clock.now();
    const next = step(current, nowMs);
    if (!next) return undefined;
    await writeChange(trx, current, next, publisher, random.id, this.tools.samples?.rowsOf(current, next));
    // Last, because everybody meets at the row of the day.
    await ledger.apply(trx, next.ledger, nowMs);
    return next;
  }

  async answerFromResults(generationId: string, leaseId?: string): Promise<Generation | undefined> {
    const { db, clock, resultTtlMs } = this.tools;
    const change = await db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId, leaseId);
      const query = current?.state === 'queued' ? await resultQuery(trx, current) : undefined;
      if (!current || !query) return undefined;
      const [source] = await findResults(trx, [query], clock.now() - resultTtlMs);
      return source && this.write(trx, current, adopt(source));
    });
    if (change) this.tools.onOutbox();
    this.announceMessage(change?.generation);
    return change?.generation;
  }

  followers(generationId: string): Promise<string[]> {
    return findFollowers(this.tools.db, generationId);
  }

  async noteProviderJob(attemptId: string, providerJobId: string): Promise<boolean> {
    try {
      return await this.tools.db.transaction().execute(async (trx) => {
        // In the order in which steps lock.
        await trx
          .selectFrom('generations')
          .select('generation_id')
          .where('generation_id', '=', (eb) =>
            eb.selectFrom('attempts').select('attempts.generation_id').where('attempt_id', '=', attemptId),
          )
          .forUpdate()
          .executeTakeFirst();
        if (!(await takeJob(trx, attemptId, providerJobId))) return false;
        await trx
          .updateTable('attempts')
          .set({ provider_job_id: providerJobId, cancel_due: sql<boolean>`state = 'cancelled'` })
          .where('attempt_id', '=', attemptId)
          .where('provider_job_id', '=', '')
          .execute();
        return true;
      });
    } catch (error) {
      if (isJobTaken(error)) return false;
      throw error;
    }
  }

  async remove(generationId: string): Promise<readonly string[] | undefined> {
    return this.tools.db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId);
      if (!current || !hasEnded(current)) return undefined;
      const inputs = [...current.inputImages, ...(current.mask ? [current.mask] : [])];
      const own = inputs.flatMap((image) => (image.kind === 'asset' ? [image.assetId] : []));
      const unused = own.length > 0 ? await deleteUnusedInputs(trx, current, own) : [];
      const shared = current.outputsOf !== undefined || (await inheritOutputs(trx, generationId));
      const keys = [...(shared ? [] : current.outputs.map(({ storageKey }) => storageKey)), ...unused];
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

/** What would answer a waiting generation; undefined when its owner wants its own result. */
async function resultQuery(
  trx: Transaction<GenerationSchema>,
  { generationId, ownerId, modelId }: Generation,
): Promise<ResultQuery | undefined> {
  const row = await trx
    .selectFrom('generations')
    .select('result_key')
    .where('generation_id', '=', generationId)
    .where('reuse_allowed', '=', true)
    .executeTakeFirst();
  return row?.result_key ? { ownerId, modelId, resultKey: row.result_key } : undefined;
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
