import type { PresetsServiceService } from '@atelier/contracts/presets/v1';
import { type CanonicalCode, ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { Logger } from '@atelier/service-defaults';
import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Generation } from '../domain/generation.js';
import { DeliveryRounds } from './delivery-rounds.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema, SessionResultTable } from './schema.js';

/** What telling sessions needs. */
export interface SessionResultsTools {
  readonly db: Kysely<GenerationSchema>;
  readonly presets: Pick<GrpcClient<typeof PresetsServiceService>, 'recordSessionResult' | 'forgetSessionResult'>;
  /** For a call that concerns this user. */
  readonly context: (ownerId: string) => CallContext;
  readonly logger: Logger;
}

const batchSize = 20;
const timeoutMs = 5_000;
/** What was not reported told by then is told again, by whoever comes. Longer than any call takes. */
const claimS = 10;
const longestWaitS = 30;
/** What could not be told for so long is given up. */
const keptDays = 7;
const finalRefusals: readonly CanonicalCode[] = ['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'FAILED_PRECONDITION'];

/** The row that the end of a generation makes when a session has to learn of it. */
export function sessionResultRow(generation: Generation): Insertable<SessionResultTable> | undefined {
  const { generationId: generation_id, ownerId: owner_id, state, sessionId: session_id, outputs } = generation;
  const isResult = state === 'succeeded' && session_id !== '' && outputs.length > 0;
  return isResult ? { generation_id, owner_id, session_id } : undefined;
}

/** Has the session of a deleted generation forget it, after whatever it is being told of it at the moment. */
export async function forgetInSession(trx: Transaction<GenerationSchema>, generation: Generation): Promise<void> {
  const row = sessionResultRow(generation);
  if (!row) return;
  await trx
    .insertInto('session_results')
    .values({ ...row, deleted: true })
    .onConflict((conflict) => conflict.column('generation_id').doUpdateSet({ deleted: true }))
    .execute();
}

/**
 * Makes the output of a finished generation the working image of its session, which presets keeps, until it is deleted.
 * What is to be told was committed with the end or the deletion: while presets is away it waits. At least once; saying
 * it again changes nothing.
 */
export class SessionResults {
  readonly #rounds: DeliveryRounds;

  constructor(private readonly tools: SessionResultsTools) {
    const { logger } = tools;
    this.#rounds = new DeliveryRounds({
      deliver: () => this.deliverAll(),
      gatherMs: 0,
      name: 'session results',
      logger,
    });
  }

  /** There may be something to tell. */
  wake(): void {
    this.#rounds.wake();
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Tells everything that is due; false when presets is away. */
  async deliverAll(): Promise<boolean> {
    for (;;) {
      const claimed = await this.claim();
      if (claimed.length === 0) return true;
      const ids = claimed.map(({ generation_id }) => generation_id);
      const rows = await selectGenerations(this.tools.db).where('generation_id', 'in', ids).execute();
      const generations = new Map(rows.map((row) => [row.generation_id, toGeneration(row)]));
      const told = await Promise.all(claimed.map((row) => this.tell(row, generations.get(row.generation_id))));
      if (!told.every(Boolean)) return false;
    }
  }

  private async tell(row: Selectable<SessionResultTable>, generation: Generation | undefined): Promise<boolean> {
    try {
      if (row.deleted) await this.forget(row);
      else if (generation) await this.record(generation);
    } catch (error) {
      this.tools.logger.warn({ err: error, generationId: row.generation_id }, 'a session was not told of its result');
      if (!finalRefusals.includes(ServiceError.from(error).code)) {
        await this.putOff(row);
        return false;
      }
    }
    // Deleted meanwhile: that is still to be told.
    await this.tools.db
      .deleteFrom('session_results')
      .where('generation_id', '=', row.generation_id)
      .where('deleted', '=', row.deleted)
      .execute();
    return true;
  }

  private async record({ generationId, ownerId, sessionId, prompt, outputs, endTimeMs }: Generation): Promise<void> {
    const [output] = outputs;
    if (!output) return;
    const createTime = new Date(endTimeMs ?? output.createTimeMs);
    const entry = { generationId, prompt, imageUrl: output.assetId, contentType: output.contentType, createTime };
    await this.tools.presets.recordSessionResult({ sessionId, ownerId, entry }, this.callOptions(ownerId));
  }

  private async forget(row: Selectable<SessionResultTable>): Promise<void> {
    const { owner_id: ownerId, session_id: sessionId, generation_id: generationId } = row;
    await this.tools.presets.forgetSessionResult({ sessionId, ownerId, generationId }, this.callOptions(ownerId));
  }

  private callOptions(ownerId: string) {
    return { context: this.tools.context(ownerId), timeoutMs };
  }

  /** Each time twice as long as the one before, from half a second on. */
  private async putOff({ generation_id }: Selectable<SessionResultTable>): Promise<void> {
    const { db } = this.tools;
    await db
      .updateTable('session_results')
      .set({ next_time: sql<Date>`now() + make_interval(secs => least(${longestWaitS}, power(2, tries) / 4))` })
      .where('generation_id', '=', generation_id)
      .execute();
    await db
      .deleteFrom('session_results')
      .where('generation_id', '=', generation_id)
      .where('create_time', '<', sql<Date>`now() - make_interval(days => ${keptDays})`)
      .execute();
  }

  private claim(): Promise<Selectable<SessionResultTable>[]> {
    return this.tools.db
      .updateTable('session_results')
      .set({ tries: sql<number>`tries + 1`, next_time: sql<Date>`now() + make_interval(secs => ${claimS})` })
      .where('generation_id', 'in', (eb) =>
        eb
          .selectFrom('session_results')
          .select('generation_id')
          .where('next_time', '<=', sql<Date>`now()`)
          .orderBy('next_time')
          .limit(batchSize)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .execute();
  }
}
