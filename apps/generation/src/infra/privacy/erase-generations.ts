import { deleteRows, type EraseRows } from '@atelier/privacy';
import { sql } from 'kysely';

/**
 * Deletes ended generations with their attempts, events and deliveries. Those whose cancellation the provider has not heard of
 * wait for it, but not for ever: a provider that is gone must not keep a person's data.
 */
export const eraseGenerations: EraseRows = async (db, { userId, signal }) => {
  const where = sql<boolean>`owner_id = ${userId} and state in ('succeeded', 'failed', 'cancelled') and not (
    end_time > now() - interval '10 minutes' and exists (
      select from generation.attempts as told
      where told.generation_id = generations.generation_id and told.cancel_due))`;
  return { deleted: await deleteRows(db, { table: 'generation.generations', where }, signal), anonymised: 0 };
};
