import { type Kysely, sql } from 'kysely';

/** Since when a file must be taken for deleted: a process has begun to, and no other tries before this time. */
export async function addDeletionClaims(db: Kysely<unknown>): Promise<void> {
  await sql`alter table generation.file_deletions add column claimed_until timestamptz`.execute(db);
}
