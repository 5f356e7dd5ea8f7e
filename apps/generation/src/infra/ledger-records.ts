import type { Database } from '@atelier/persistence';
import type { Kysely } from 'kysely';
import { type LedgerRecords, verifyLedger } from '../domain/verify-ledger.js';
import type { GenerationSchema } from './schema.js';
import { toReservation } from './sql-ledger.js';

/** Recounts the stored ledger; one sentence for every violation, empty when everything balances. */
export async function findLedgerViolations(database: Database): Promise<string[]> {
  const db = database.kysely<GenerationSchema>({ unlimited: true });
  try {
    return verifyLedger(await readLedger(db.withSchema('generation')));
  } finally {
    await db.destroy();
  }
}

/** One consistent picture, also while the service works. */
async function readLedger(db: Kysely<GenerationSchema>): Promise<LedgerRecords> {
  const transaction = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return transaction.execute(async (trx) => {
    const reservations = await trx.selectFrom('reservations').selectAll().execute();
    const entries = await trx.selectFrom('ledger_entries').selectAll().orderBy('entry_id').execute();
    const windows = await trx.selectFrom('budget_windows').selectAll().execute();
    const generations = await trx
      .selectFrom('generations')
      .select(['generation_id', 'reservation_id', 'state', 'actual_cost_micros'])
      .execute();
    return {
      reservations: reservations.map(toReservation),
      entries: entries.map((row) => ({
        reservationId: row.reservation_id,
        kind: row.kind,
        reservedDeltaMicros: row.reserved_delta_micros,
        spentDeltaMicros: row.spent_delta_micros,
      })),
      windows: windows.map((row) => ({
        scope: row.scope,
        subject: row.subject,
        startMs: row.window_start.getTime(),
        reservedMicros: row.reserved_micros,
        spentMicros: row.spent_micros,
      })),
      generations: generations.map((row) => ({
        generationId: row.generation_id,
        reservationId: row.reservation_id ?? undefined,
        ended: row.state !== 'queued' && row.state !== 'running',
        actualCostMicros: row.actual_cost_micros ?? undefined,
      })),
    };
  });
}
