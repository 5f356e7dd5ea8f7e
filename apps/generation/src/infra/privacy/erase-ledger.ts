import type { EraseRows } from '@atelier/privacy';
import { sql } from 'kysely';

/**
 * Puts the pseudonym in the place of the owner: amounts stay, and the books balance as before. Hours in which money is still
 * held are left for the next call, since whoever ends a reservation counts it in the window of its owner.
 */
export const eraseLedger: EraseRows = (db, { userId, pseudonym }) =>
  db.transaction().execute(async (trx) => {
    // Whoever reserves or ends something counts it in a window: nobody does while these are locked.
    await sql`
      select from generation.budget_windows where scope = 'user_hour' and subject = ${userId}
      order by window_start for update`.execute(trx);
    const { rows } = await sql<{ hour_start: Date }>`
      update generation.reservations set owner_id = ${pseudonym}, reservation_key = null, generation_id = null
      where owner_id = ${userId} and hour_start not in (
        select held.hour_start from generation.reservations as held where held.owner_id = ${userId} and held.state = 'held')
      returning hour_start`.execute(trx);
    if (rows.length > 0) {
      const hours = [...new Set(rows.map(({ hour_start }) => hour_start.getTime()))].map((ms) => new Date(ms));
      await sql`
        with gone as (
          delete from generation.budget_windows
          where scope = 'user_hour' and subject = ${userId} and window_start = any (${hours}::timestamptz[])
          returning window_start, reserved_micros, spent_micros)
        insert into generation.budget_windows as kept (scope, subject, window_start, reserved_micros, spent_micros)
        select 'user_hour', ${pseudonym}, window_start, reserved_micros, spent_micros from gone
        on conflict (scope, subject, window_start) do update set
          reserved_micros = kept.reserved_micros + excluded.reserved_micros,
          spent_micros = kept.spent_micros + excluded.spent_micros`.execute(trx);
    }
    return { deleted: 0, anonymised: rows.length };
  });
