import { type EraseRows, inChunks } from '@atelier/privacy';
import { sql } from 'kysely';

/** Deletes records of files together with the note that the files are to be deleted, so that no file is forgotten. */
export const eraseAssets: EraseRows = async (db, { userId, signal }) => {
  const deleted = await inChunks(signal, async (most) => {
    const { rows } = await sql<{ count: number }>`
      with gone as (
        delete from generation.assets where ctid = any (array(
          select ctid from generation.assets where owner_id = ${userId} limit ${most} for update skip locked))
        returning storage_key
      ), noted as (
        insert into generation.file_deletions select storage_key from gone on conflict do nothing
      )
      select count(*)::int as count from gone`.execute(db);
    return rows[0]?.count ?? 0;
  });
  return { deleted, anonymised: 0 };
};
