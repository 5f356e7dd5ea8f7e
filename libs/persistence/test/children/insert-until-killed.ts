/** Inserts rows into the embedded database of the directory given and prints each id once it is committed, for ever. */
import { sql } from 'kysely';
import { openPglite } from '../../src/index.js';

const db = (await openPglite(process.argv[2] ?? '')).kysely();
await sql`create table public.kept (id bigint generated always as identity)`.execute(db);
for (;;) {
  const { rows } = await sql<{ id: number }>`insert into public.kept default values returning id`.execute(db);
  // Not console.log: it colours numbers where FORCE_COLOR is set.
  process.stdout.write(`${rows[0]?.id}\n`);
}
