import { type Kysely, sql } from 'kysely';

/** Plans with two steps: the second one waits for the output of the first. */
export async function createSteps(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table generation.generations
      add column previous_step uuid,
      add column next_step uuid,
      add column waits_for uuid check (waits_for is null or waits_for = previous_step),
      add column progress_from integer not null default 0,
      add check (waits_for is null or state in ('queued', 'failed', 'cancelled'))`.execute(db);
  await sql`
    create index generations_steps on generation.generations (previous_step) where previous_step is not null`.execute(
    db,
  );
  await sql`
    create index generations_waiting_for_step on generation.generations (waits_for)
      where state = 'queued' and waits_for is not null`.execute(db);
}
