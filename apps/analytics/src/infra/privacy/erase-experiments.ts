import { changeRows, type EraseRows } from '@atelier/privacy';
import { sql } from 'kysely';
import { label } from '../../domain/labels.js';

/** Leaves exposures and outcomes of generations under the pseudonym, so that both still belong together and nobody is named. */
export const eraseExperiments =
  (table: string): EraseRows =>
  async (db, { userId, pseudonym, signal }) => {
    const where = sql<boolean>`user_id = ${label(userId)}`;
    return { deleted: 0, anonymised: await changeRows(db, { table, set: sql`user_id = ${pseudonym}`, where }, signal) };
  };
