import { type Kysely, sql } from 'kysely';

/** When a file is deleted unless something uses it. What was uploaded before stays: nobody knows who refers to it. */
export async function addExpiry(db: Kysely<unknown>): Promise<void> {
  await sql`alter table generation.assets add column expire_time timestamptz`.execute(db);
  await sql`create index on generation.assets (expire_time) where expire_time is not null`.execute(db);
}
