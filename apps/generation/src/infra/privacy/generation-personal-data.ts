import { UsageEvent } from '@atelier/contracts/usage/v1';
import { changeRows, type Erased, type ErasureRequest, SqlPersonalData } from '@atelier/privacy';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { CancelAtProvider } from '../../domain/cancel-at-provider.js';
import { cancel } from '../../domain/life-cycle.js';
import type { GenerationStore } from '../../domain/ports.js';
import type { AssetRegistry } from '../asset-registry.js';
import type { GenerationSchema } from '../schema.js';
import { operatorColumns, personalTables } from './personal-tables.js';

/** What erasing needs beside the tables. */
export interface GenerationErasureTools {
  readonly db: Kysely<GenerationSchema>;
  readonly store: Pick<GenerationStore, 'apply'>;
  readonly cancelAtProvider: CancelAtProvider;
  readonly assets: Pick<AssetRegistry, 'deleteLeftOver'>;
}

const pageSize = 100;

/** Everything that the service stores about a user: cancelled before anything is deleted, files with their records. */
export function generationPersonalData(tools: GenerationErasureTools): SqlPersonalData {
  const db = tools.db as unknown as Kysely<unknown>;
  return new SqlPersonalData(db, personalTables, {
    before: async (request) => [await cancelAll(tools, request), ...(await replaceOperator(db, request))],
    // The user's files are noted as to be deleted by now: what others note meanwhile is not waited for.
    isClear: async ({ userId }) => (await tools.assets.deleteLeftOver()) && !(await hasEvents(db, userId)),
  });
}

/** From here on nothing is bought for the user; what runs at providers is told to stop. */
async function cancelAll(
  { db, store, cancelAtProvider }: GenerationErasureTools,
  { userId, signal }: ErasureRequest,
): Promise<Erased> {
  let cancelled = 0;
  while (!signal.aborted) {
    const open = await db
      .selectFrom('generations')
      .select('generation_id')
      .where('owner_id', '=', userId)
      .where('state', 'in', ['queued', 'running'])
      .limit(pageSize)
      .execute();
    // Either it is cancelled now, or it has just ended by itself.
    for (const { generation_id } of open) if (await store.apply(generation_id, cancel)) cancelled += 1;
    if (open.length < pageSize) break;
  }
  // What can't be told now is told by the reconciliation, and the next call of the erasure looks again.
  await cancelAtProvider.run().catch(() => {});
  return { kind: 'cancelled_generations', deleted: 0, anonymised: cancelled };
}

/** Decisions of an administrator stay, his name goes. */
async function replaceOperator(
  db: Kysely<unknown>,
  { userId, pseudonym, signal }: ErasureRequest,
): Promise<readonly Erased[]> {
  const changed: Erased[] = [];
  for (const place of operatorColumns) {
    const [table = '', column = ''] = place.split('.');
    const where = sql<boolean>`${sql.ref(column)} = ${userId}`;
    const set = sql`${sql.ref(column)} = ${pseudonym}`;
    const anonymised = await changeRows(db, { table: `generation.${table}`, set, where }, signal);
    changed.push({ kind: table, deleted: 0, anonymised });
  }
  return changed;
}

/** True while an event of the user waits for analytics: it would arrive there after everything was erased. */
async function hasEvents(db: Kysely<unknown>, userId: string): Promise<boolean> {
  // The field as it stands in the event, so that nobody waits for events of a user whose id merely holds this one.
  const field = Buffer.from(UsageEvent.encode(UsageEvent.create({ userId })).finish());
  const { rows } = await sql`
    select from generation.outbox where position(${field}::bytea in payload) > 0 limit 1`.execute(db);
  return rows.length > 0;
}
