import { type Kysely, sql, type Transaction } from 'kysely';
import type { Generation } from '../domain/generation.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';

type Trx = Transaction<GenerationSchema>;

/** A request that may be answered with an earlier result. */
export interface ResultQuery {
  readonly ownerId: string;
  readonly resultKey: string;
  /** A result of a fallback is another one than was asked for. */
  readonly modelId: string;
}

/** The latest result for each query that is not older than `sinceMs`. They can't be deleted until the transaction ends. */
export async function findResults(
  trx: Trx,
  queries: readonly ResultQuery[],
  sinceMs: number,
): Promise<(Generation | undefined)[]> {
  const column = (pick: (query: ResultQuery) => string): string[] => queries.map(pick);
  const { rows } = await sql<{ place: number; generation_id: string }>`
    select query.place::int as place, found.generation_id
    from unnest(
      ${column(({ ownerId }) => ownerId)}::text[],
      ${column(({ resultKey }) => resultKey)}::text[],
      ${column(({ modelId }) => modelId)}::text[]
    ) with ordinality as query (owner_id, result_key, model_id, place)
    cross join lateral (
      select generation_id from generation.generations as result
      where result.owner_id = query.owner_id and result.result_key = query.result_key
        and state = 'succeeded' and result.model_id = query.model_id and end_time >= ${new Date(sinceMs)}
      order by generation_id desc limit 1) as found`.execute(trx);
  if (rows.length === 0) return queries.map(() => undefined);
  const ids = [...new Set(rows.map(({ generation_id }) => generation_id))];
  const kept = await sql<{ generation_id: string }>`
    select generation_id from generation.generations where generation_id = any(${ids}::uuid[]) for key share`.execute(
    trx,
  );
  const found = await selectGenerations(trx)
    .where(
      'generation_id',
      'in',
      kept.rows.map(({ generation_id }) => generation_id),
    )
    .execute();
  const results = new Map(found.map((row) => [row.generation_id, toGeneration(row)]));
  const places = new Map(rows.map(({ place, generation_id }) => [place - 1, results.get(generation_id)]));
  return queries.map((_query, index) => places.get(index));
}

/**
 * Waiting generations that could be answered with the result of this one. Nobody works on them, since equal requests wait
 * for each other.
 */
export async function findFollowers(db: Kysely<GenerationSchema>, generationId: string): Promise<string[]> {
  const { rows } = await sql<{ generation_id: string }>`
    select follower.generation_id
    from generation.generations as done
    join generation.generations as follower
      on follower.owner_id = done.owner_id and follower.result_key = done.result_key and follower.result_key is not null
    where done.generation_id = ${generationId} and follower.state = 'queued' and follower.reuse_allowed
    order by follower.generation_id`.execute(db);
  return rows.map(({ generation_id }) => generation_id);
}

/** Hands the files of a generation that is about to be deleted to one that shares them; false when there is none. */
export async function inheritOutputs(trx: Trx, generationId: string): Promise<boolean> {
  const heir = await trx
    .selectFrom('generations')
    .select('generation_id')
    .where('outputs_of', '=', generationId)
    .orderBy('generation_id')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  if (!heir) return false;
  await trx
    .updateTable('assets')
    .set({ generation_id: heir.generation_id })
    .where('generation_id', '=', generationId)
    .execute();
  await sql`
    update generation.generations set outputs_of = nullif(${heir.generation_id}::uuid, generation_id)
    where outputs_of = ${generationId}`.execute(trx);
  return true;
}
