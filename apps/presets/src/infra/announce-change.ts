import { type Kysely, sql } from 'kysely';

/** Tells every process what changed when the transaction commits, with the database's time: the form of `AnnouncedCache`. */
export async function announceChange<Tables>(transaction: Kysely<Tables>, channel: string, key: string): Promise<void> {
  await sql`
    select pg_notify(${channel}, ${key} || ' ' || floor(extract(epoch from clock_timestamp()) * 1000)::text)
  `.execute(transaction);
}

/** The clock of those times, in milliseconds since 1970. */
export async function databaseNowMs<Tables>(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ now: string }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::text as now
  `.execute(db);
  return Number(rows[0]?.now);
}
