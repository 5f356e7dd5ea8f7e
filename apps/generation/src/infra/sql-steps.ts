import { type Kysely, sql, type Transaction } from 'kysely';
import { type Generation, hasEnded } from '../domain/generation.js';
import { lock } from './lock-generation.js';
import type { GenerationSchema } from './schema.js';

type Trx = Transaction<GenerationSchema>;

/** Waiting steps found at once. */
const most = 100;

/** True for a first step whose output another one still needs, or would need to be repeated. */
export async function isWaitedFor(trx: Trx, generationId: string): Promise<boolean> {
  const waiting = await trx
    .selectFrom('generations')
    .select('generation_id')
    .where((eb) => eb.and({ previous_step: generationId, waits_for: generationId }))
    .limit(1)
    .executeTakeFirst();
  return waiting !== undefined;
}

/** The step before a generation that is deleted already, unless it is gone or another one starts from it too. */
export async function unneededStep(trx: Trx, { previousStep }: Generation): Promise<Generation | undefined> {
  if (previousStep === undefined) return undefined;
  const other = await trx
    .selectFrom('generations')
    .select('generation_id')
    .where('previous_step', '=', previousStep)
    .limit(1)
    .executeTakeFirst();
  const first = other ? undefined : await lock(trx, previousStep);
  return first && hasEnded(first) ? first : undefined;
}

/** Waiting steps whose step before them has ended, or is gone. */
export async function findStepsDue(
  db: Kysely<GenerationSchema>,
): Promise<{ generationId: string; waitsFor: string }[]> {
  const { rows } = await sql<{ generationId: string; waitsFor: string }>`
    select generation_id as "generationId", waits_for as "waitsFor"
    from generation.generations as waiting
    where state = 'queued' and waits_for is not null and not exists (
      select from generation.generations as previous
      where previous.generation_id = waiting.waits_for and previous.state in ('queued', 'running'))
    order by generation_id
    limit ${most}`.execute(db);
  return rows;
}
