import { type Transaction, sql } from 'kysely';
import type { Generation } from '../domain/generation.js';
import { selectGenerations, toGeneration } from './generation-rows.js';
import type { GenerationSchema } from './schema.js';

type Trx = Transaction<GenerationSchema>;

/**
 * Locks a generation until the transaction ends; undefined when it is not there, or not under this lease. Two statements: one
 * that had to wait for the lock would read the attempts as they were before the wait.
 */
export async function lock(trx: Trx, generationId: string, leaseId?: string): Promise<Generation | undefined> {
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

/** Locks the step before a generation, if there is one, then the generation: everybody locks the steps of a plan in this order. */
export async function lockSteps(trx: Trx, generationId: string): Promise<Generation | undefined> {
  await sql`
    select from generation.generations
    where generation_id = (select previous_step from generation.generations where generation_id = ${generationId})
    for update`.execute(trx);
  return lock(trx, generationId);
}
