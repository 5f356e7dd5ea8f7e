import type { PresetsServiceService } from '@atelier/contracts/presets/v1';
import { type CanonicalCode, ServiceError } from '@atelier/errors';
import type { CallContext, GrpcClient } from '@atelier/grpc';
import type { Logger } from '@atelier/service-defaults';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Generation } from '../domain/generation.js';
import { DeliveryRounds } from './delivery-rounds.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema, SessionResultTable } from './schema.js';

/** What telling sessions needs. */
export interface SessionResultsTools {
  readonly db: Kysely<GenerationSchema>;
  readonly presets: Pick<GrpcClient<typeof PresetsServiceService>, 'recordSessionResult'>;
  readonly context: () => CallContext;
  readonly logger: Logger;
}

const batchSize = 20;
const timeoutMs = 5_000;
/** A result that was not reported told by then is told again, by whoever comes. Longer than any call takes. */
const claimS = 10;
const longestWaitS = 30;
/** What could not be told for so long is given up. */
const keptDays = 7;
const finalRefusals: readonly CanonicalCode[] = ['INVALID_ARGUMENT', 'PERMISSION_DENIED', 'FAILED_PRECONDITION'];

/** The row that the end of a generation makes when a session has to learn of it. */
export function sessionResultRow(generation: Generation): Insertable<SessionResultTable> | undefined {
  const { generationId, state, sessionId, outputs } = generation;
  return state === 'succeeded' && sessionId !== '' && outputs.length > 0 ? { generation_id: generationId } : undefined;
}

/**
 * Makes the output of a finished generation the working image of its session, which presets keeps. What is to be told was
 * committed with the end: while presets is away it waits. At least once; recording again changes nothing.
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
      const ids = await this.claim();
      if (ids.length === 0) return true;
      const rows = await selectGenerations(this.tools.db).where('generation_id', 'in', ids).execute();
      const outcomes = await Promise.all(rows.map((row) => this.tell(toGeneration(row))));
      if (!outcomes.every(Boolean)) return false;
    }
  }

  private async tell(generation: Generation): Promise<boolean> {
    const { db, presets, context, logger } = this.tools;
    const { generationId, ownerId, sessionId, prompt, outputs, endTimeMs } = generation;
    const [output] = outputs;
    const done = db.deleteFrom('session_results').where('generation_id', '=', generationId);
    try {
      if (output) {
        const createTime = new Date(endTimeMs ?? output.createTimeMs);
        const entry = { generationId, prompt, imageUrl: output.assetId, contentType: output.contentType, createTime };
        await presets.recordSessionResult({ sessionId, ownerId, entry }, { context: context(), timeoutMs });
      }
    } catch (error) {
      logger.warn({ err: error, generationId }, 'the session was not told of its result');
      if (!finalRefusals.includes(ServiceError.from(error).code)) {
        await this.putOff(generationId);
        return false;
      }
    }
    await done.execute();
    return true;
  }

  /** Each time twice as long as the one before, from half a second on. */
  private async putOff(generationId: string): Promise<void> {
    const own = { generation_id: generationId };
    const { db } = this.tools;
    await db
      .updateTable('session_results')
      .set({ next_time: sql<Date>`now() + make_interval(secs => least(${longestWaitS}, power(2, tries) / 4))` })
      .where((eb) => eb.and(own))
      .execute();
    const isOld = sql<boolean>`create_time < now() - make_interval(days => ${keptDays})`;
    await db
      .deleteFrom('session_results')
      .where((eb) => eb.and(own))
      .where(isOld)
      .execute();
  }

  private async claim(): Promise<string[]> {
    const claimed = await this.tools.db
      .updateTable('session_results')
      .set({
        tries: sql<number>`tries + 1`,
        next_time: sql<Date>`now() + make_interval(secs => ${claimS})`,
      })
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
      .returning('generation_id')
      .execute();
    return claimed.map(({ generation_id }) => generation_id);
  }
}
