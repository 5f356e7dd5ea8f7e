import { type Kysely, sql } from 'kysely';

/** The part of the system that a generation was made for; empty where its owner asked for it. */
export async function addOrigin(db: Kysely<unknown>): Promise<void> {
  await sql`alter table generation.generations add column origin text not null default ''`.execute(db);
}
