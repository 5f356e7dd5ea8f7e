import { type Kysely, sql } from 'kysely';

/** What is bought for the images of background jobs: written down before it is bought, so that a restart buys nothing twice. */
export async function createBackgroundImages(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table playground.background_images (
      owner_id text not null,
      job_id text not null,
      image_index integer not null,
      idempotency_key text not null,
      generation_id text,
      ended boolean not null default false,
      source jsonb not null,
      primary key (owner_id, job_id, image_index),
      foreign key (owner_id, job_id) references playground.image_jobs on delete cascade
    )`.execute(db);
  await sql`
    create index background_images_open on playground.background_images (owner_id, job_id) where not ended`.execute(db);
}
