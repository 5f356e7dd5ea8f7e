import { type EraseRows, inChunks } from '@atelier/privacy';
import { sql } from 'kysely';
import { announceChange } from '../announce-change.js';
import { sessionChannel, sessionKey } from '../session-key.js';

/** Deletes rows of sessions and tells every process, so that none goes on answering what it remembers of them. */
export function eraseSessions(table: 'presets.sessions' | 'presets.session_entries'): EraseRows {
  return async (db, { userId, signal }) => {
    const deleted = await inChunks(signal, (most) =>
      db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ session_id: string }>`
          delete from ${sql.table(table)} where ctid = any (array(
            select ctid from ${sql.table(table)} where owner_id = ${userId} limit ${most} for update skip locked))
          returning session_id`.execute(trx);
        const sessions = new Set(rows.map(({ session_id }) => session_id));
        for (const sessionId of sessions) await announceChange(trx, sessionChannel, sessionKey(userId, sessionId));
        return rows.length;
      }),
    );
    return { deleted, anonymised: 0 };
  };
}
