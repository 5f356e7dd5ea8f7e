import { type EraseRows, inChunks } from '@atelier/privacy';
import { sql } from 'kysely';
import { label } from '../../domain/labels.js';
import { changingByKey } from '../partitions/rows-by-key.js';

/** Deletes classified plans by their key, whatever month they are in. */
export const erasePlans: EraseRows = async (db, { userId, signal }) => {
  const user = label(userId);
  const deleted = await inChunks(signal, (most) =>
    changingByKey(db, async (transaction) => {
      const { numAffectedRows = 0n } = await sql`
        delete from analytics.intent_classification_logs where user_id = ${user} and event_id = any (array(
          select event_id from analytics.intent_classification_logs where user_id = ${user}
          limit ${most} for update skip locked))`.execute(transaction);
      return Number(numAffectedRows);
    }),
  );
  return { deleted, anonymised: 0 };
};
