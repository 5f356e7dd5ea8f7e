import { changeRows, type EraseRows } from '@atelier/privacy';
import { sql } from 'kysely';

/** Leaves that there was an alert, not whose budget it was about. */
export const eraseAlerts: EraseRows = async (db, { userId, pseudonym, signal }) => {
  const anonymised = await changeRows(
    db,
    {
      table: 'analytics.alerts',
      set: sql`subject = ${pseudonym}`,
      where: sql<boolean>`kind = 'budget_user_hour' and subject = ${userId}`,
    },
    signal,
  );
  return { deleted: 0, anonymised };
};
