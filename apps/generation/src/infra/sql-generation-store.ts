import { type Kysely, sql, type Transaction } from 'kysely';
import { generationErrors } from '../generation.errors.js';
import { type Attempt, type Generation, hasEnded } from '../domain/generation.js';
import type { Change, Step } from '../domain/change.js';
import { adopt } from '../domain/life-cycle.js';
import type { Acceptance, GenerationStore } from '../domain/ports.js';
import { consequence } from '../domain/two-steps.js';
import { deleteOne } from './delete-generation.js';
import { toAttempt } from './generation-rows.js';
import { GroupCommit } from './group-commit.js';
import { lock, lockSteps } from './lock-generation.js';
import type { GenerationSchema } from './schema.js';
import { acceptTogether, type AcceptanceTools, type Verdict } from './sql-acceptance.js';
import { SqlGenerationReader } from './sql-generation-reader.js';
import type { SqlLedger } from './sql-ledger.js';
import type { SqlModelSamples } from './sql-model-samples.js';
import { isJobTaken, takeJob } from './sql-purchases.js';
import { findStepsDue, isWaitedFor, unneededStep } from './sql-steps.js';
import { findFollowers, findResults, type ResultQuery } from './stored-results.js';
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
  /** Called after a commit that left something to tell a session. */
  readonly onSessionResult?: () => void;
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
        this.announceEnd(verdict.generation);
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
    const changes = await this.tools.db.transaction().execute(async (trx) => {
      const current = await this.lockForStep(trx, generationId, leaseId);
      return current ? this.write(trx, current, step) : [];
    });
    return this.committed(changes);
  }

  /** Whoever has a lease can run, and waits for nothing. */
  private lockForStep(trx: Transaction<GenerationSchema>, generationId: string, leaseId?: string) {
    return leaseId === undefined ? lockSteps(trx, generationId) : lock(trx, generationId, leaseId);
  }

  private committed(changes: readonly Change[]): Generation | undefined {
    if (changes.some(({ usage }) => usage.length > 0)) this.tools.onOutbox();
    for (const { generation } of changes) this.announceEnd(generation);
    return changes[0]?.generation;
  }

  private announceEnd(generation: Generation): void {
    if (!hasEnded(generation)) return;
    if (generation.webhookUrl !== '') this.tools.onMessage?.();
    if (generation.sessionId !== '') this.tools.onSessionResult?.();
  }

  /** The step, then what it means for the other step of the same plan; nothing when it is not permitted. */
  private async write(trx: Transaction<GenerationSchema>, current: Generation, step: Step): Promise<Change[]> {
    const { ledger, queue, clock } = this.tools;
    const nowMs = clock.now();
    const next = await this.writeOne(trx, current, step, nowMs);
    if (!next) return [];
    const other = await this.writeOther(trx, current, next, nowMs);
    const changes = [next, ...(other ? [other] : [])];
    if (changes.some(({ generation }) => isReleased(generation))) await queue.announce(trx);
    // Last, because everybody meets at the row of the day.
    await ledger.apply(
      trx,
      changes.flatMap((change) => change.ledger),
      nowMs,
    );
    return changes;
  }

  private async writeOne(trx: Transaction<GenerationSchema>, current: Generation, step: Step, nowMs: number) {
    const { publisher, random, samples } = this.tools;
    const change = step(current, nowMs);
    if (change) await writeChange(trx, current, change, publisher, random.id, samples?.rowsOf(current, change));
    return change;
  }

  private async writeOther(trx: Transaction<GenerationSchema>, before: Generation, change: Change, nowMs: number) {
    const other = consequence(before, change);
    const current = other && (await lock(trx, other.generationId));
    return current && this.writeOne(trx, current, other.step, nowMs);
  }

  async answerFromResults(generationId: string, leaseId?: string): Promise<Generation | undefined> {
    const { db, clock, resultTtlMs } = this.tools;
    const changes = await db.transaction().execute(async (trx) => {
      const current = await lock(trx, generationId, leaseId);
      const query = current?.state === 'queued' ? await resultQuery(trx, current) : undefined;
      if (!current || !query) return [];
      const [source] = await findResults(trx, [query], clock.now() - resultTtlMs);
      return source ? this.write(trx, current, adopt(source)) : [];
    });
    return this.committed(changes);
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
    const removed = await this.tools.db.transaction().execute(async (trx) => {
      const current = await lockSteps(trx, generationId);
      if (!current || !hasEnded(current) || (await isWaitedFor(trx, generationId))) return undefined;
      const keys = await deleteOne(trx, current);
      const first = await unneededStep(trx, current);
      return first ? [...keys, ...(await deleteOne(trx, first))] : keys;
    });
    if (removed) this.tools.onSessionResult?.();
    return removed;
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

  stepsDue(): Promise<{ generationId: string; waitsFor: string }[]> {
    return findStepsDue(this.tools.db);
  }
}

/** True for a step that has just got what it waited for. */
function isReleased({ state, previousStep, waitsFor }: Generation): boolean {
  return state === 'queued' && previousStep !== undefined && waitsFor === undefined;
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
