import { jsonb } from '@atelier/persistence';
import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Attempt, Generation } from '../domain/generation.js';
import type { Change } from '../domain/change.js';
import type { Purchases } from '../domain/ports.js';
import type { Purchase, PurchaseStanding } from '../domain/purchase.js';
import type { GenerationSchema, PurchaseTable } from './schema.js';
import type { Part } from './statements.js';

/** Purchases that ended this long before another began can't be in its part of the list, in milliseconds. */
const rivalAgeMs = 10 * 60_000;
/** Providers delete inputs after an hour; a day is generous. */
const keepMs = 24 * 60 * 60_000;

/** What attempts were bought with, in SQL. */
export class SqlPurchases implements Purchases {
  constructor(private readonly db: Kysely<GenerationSchema>) {}

  async find(attemptId: string): Promise<Purchase | undefined> {
    const row = await this.db
      .selectFrom('purchases')
      .selectAll()
      .where('attempt_id', '=', attemptId)
      .executeTakeFirst();
    return row && toPurchase(row);
  }

  /** By the token of our webhook address, or by the provider's id. */
  async findNamed(
    provider: string,
    name: { readonly token: string; readonly jobId: string },
  ): Promise<{ readonly purchase: Purchase; readonly jobId: string | undefined } | undefined> {
    const row = await this.db
      .selectFrom('purchases')
      .selectAll()
      .where('provider', '=', provider)
      .where((eb) => (name.token === '' ? eb('provider_job_id', '=', name.jobId) : eb('token', '=', name.token)))
      .executeTakeFirst();
    return row && { purchase: toPurchase(row), jobId: row.provider_job_id ?? undefined };
  }

  /** One statement, so that a job that somebody takes meanwhile is seen either as taken or as somebody's who may take it. */
  async standing(purchase: Purchase, jobIds: readonly string[]): Promise<PurchaseStanding> {
    const { attemptId, provider, modelId, fingerprint, startTimeMs } = purchase;
    const { inputHash, imagesHash, seed = null } = fingerprint;
    const { rows } = await sql<{ job_id: string | null; taken: string[] | null; same: boolean; near: boolean }>`
      select own.provider_job_id as job_id,
        (select json_agg(other.provider_job_id) from generation.purchases as other
          where other.provider = ${provider} and other.attempt_id <> ${attemptId}
          and other.provider_job_id in (select jsonb_array_elements_text(${jsonb([...jobIds])}))) as taken,
        coalesce(bool_or(rival.model_id = ${modelId} and rival.input_hash = ${inputHash}
          and rival.images_hash = ${imagesHash}), false) as same,
        coalesce(bool_or(rival.attempt_id is not null), false) as near
      from generation.purchases as own
      left join generation.purchases as rival
        on rival.provider = own.provider and rival.attempt_id <> own.attempt_id
        and rival.provider_job_id is null and not rival.not_bought
        and rival.start_time > ${new Date(startTimeMs - rivalAgeMs)}
        and (rival.input_hash = ${inputHash} or rival.seed = ${seed}::bigint)
      where own.attempt_id = ${attemptId}
      group by own.provider_job_id`.execute(this.db);
    const [row] = rows;
    return {
      ...(row?.job_id ? { jobId: row.job_id } : {}),
      taken: new Set(row?.taken ?? []),
      rivals: row?.same ? 'same' : row?.near ? 'near' : 'none',
    };
  }

  /** Files that providers were lent for attempts that have ended. */
  async uploadsDue(
    nowMs: number,
    limit: number,
  ): Promise<{ attemptId: string; provider: string; uploads: readonly string[] }[]> {
    const hourAgo = new Date(nowMs - 60 * 60_000);
    const rows = await this.db
      .selectFrom('purchases')
      .leftJoin('attempts', 'attempts.attempt_id', 'purchases.attempt_id')
      .select(['purchases.attempt_id', 'purchases.provider', 'purchases.uploads'])
      .where(sql<boolean>`purchases.uploads <> '[]'`)
      // Work of an unknown outcome may still be going on for a while.
      .where((eb) =>
        eb.or([
          eb('attempts.attempt_id', 'is', null),
          eb('attempts.state', 'in', ['succeeded', 'failed', 'cancelled']),
          eb.and([eb('attempts.state', '=', 'unknown'), eb('attempts.end_time', '<', hourAgo)]),
        ]),
      )
      .orderBy('purchases.start_time')
      .limit(limit)
      .execute();
    return rows.map(({ attempt_id: attemptId, provider, uploads }) => ({ attemptId, provider, uploads }));
  }

  async uploadsDone(attemptId: string): Promise<void> {
    await this.db
      .updateTable('purchases')
      .set({ uploads: jsonb<readonly string[]>([]) })
      .where('attempt_id', '=', attemptId)
      .execute();
  }

  /** Forgets what no list can show any more. */
  async forgetOld(nowMs: number): Promise<void> {
    await this.db
      .deleteFrom('purchases')
      .where('start_time', '<', new Date(nowMs - keepMs))
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('attempts')
              .select('attempts.attempt_id')
              .whereRef('attempts.attempt_id', '=', 'purchases.attempt_id')
              .where('attempts.end_time', 'is', null),
          ),
        ),
      )
      .execute();
  }
}

/** Takes a job for an attempt; false when the attempt has another one. Throws when another attempt has this one. */
export async function takeJob(trx: Transaction<GenerationSchema>, attemptId: string, jobId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('purchases')
    .select('provider_job_id')
    .where('attempt_id', '=', attemptId)
    .forUpdate()
    .executeTakeFirst();
  if (row?.provider_job_id) return row.provider_job_id === jobId;
  await trx.updateTable('purchases').set({ provider_job_id: jobId }).where('attempt_id', '=', attemptId).execute();
  return true;
}

/** True for the error of a job that belongs to another attempt. */
export function isJobTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes('purchases_provider_job');
}

/** What a step changes in what was bought: a new purchase, its job, or that there is none. */
export function purchaseParts(trx: Transaction<GenerationSchema>, before: Generation, change: Change): Part[] {
  const parts: Part[] = change.purchase ? [trx.insertInto('purchases').values(purchaseRow(change.purchase))] : [];
  const known = new Map(before.attempts.map((attempt) => [attempt.attemptId, attempt]));
  for (const attempt of change.generation.attempts) {
    const was = known.get(attempt.attemptId);
    if (!was || was === attempt) continue;
    const outcome = outcomeOf(was, attempt);
    if (outcome) parts.push(trx.updateTable('purchases').set(outcome).where('attempt_id', '=', attempt.attemptId));
  }
  return parts;
}

function outcomeOf(was: Attempt, { state, providerJobId }: Attempt) {
  if (providerJobId !== '') return was.providerJobId === providerJobId ? undefined : { provider_job_id: providerJobId };
  // Without a job an attempt only fails when it certainly bought nothing.
  return state === 'failed' ? { not_bought: true } : undefined;
}

function purchaseRow(purchase: Purchase): Insertable<PurchaseTable> {
  const { fingerprint } = purchase;
  return {
    attempt_id: purchase.attemptId,
    generation_id: purchase.generationId,
    provider: purchase.provider,
    model_id: purchase.modelId,
    version: purchase.version ?? null,
    input_fields: jsonb(fingerprint.fields),
    input_hash: fingerprint.inputHash,
    image_fields: jsonb(fingerprint.imageFields),
    images_hash: fingerprint.imagesHash,
    seed: fingerprint.seed ?? null,
    uploads: jsonb(purchase.uploads),
    token: purchase.token,
    provider_job_id: null,
    start_time: new Date(purchase.startTimeMs),
  };
}

function toPurchase(row: Selectable<PurchaseTable>): Purchase {
  return {
    attemptId: row.attempt_id,
    generationId: row.generation_id,
    provider: row.provider,
    modelId: row.model_id,
    ...(row.version === null ? {} : { version: row.version }),
    startTimeMs: row.start_time.getTime(),
    fingerprint: {
      fields: row.input_fields,
      inputHash: row.input_hash,
      imageFields: row.image_fields,
      imagesHash: row.images_hash,
      ...(row.seed === null ? {} : { seed: row.seed }),
    },
    uploads: row.uploads,
    token: row.token,
  };
}
