import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createImageRows } from './migrations/0002-jobs.js';
import { createBackgroundImages } from './migrations/0003-background.js';
import { createImageJobSenders } from './migrations/0004-senders.js';
import { indexImageJobLists } from './migrations/0005-job-lists.js';
import { createPaidImages } from './migrations/0006-paid-images.js';

/** SQL schema of this service. */
export const playgroundSchema = 'playground';

const initial: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('image_jobs')
      .addColumn('owner_id', 'text', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('body_hash', 'text', (column) => column.notNull())
      .addColumn('config', 'jsonb', (column) => column.notNull())
      .addColumn('sources', 'jsonb', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('results', 'jsonb', (column) => column.notNull().defaultTo(sql`'[]'::jsonb`))
      .addColumn('failures', 'jsonb', (column) => column.notNull().defaultTo(sql`'[]'::jsonb`))
      .addColumn('current_image', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('processing_time_ms', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('create_time', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addColumn('update_time', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
      .addPrimaryKeyConstraint('image_jobs_pk', ['owner_id', 'job_id'])
      .execute();
    await sql`create index image_jobs_open on playground.image_jobs (state) where state in ('pending', 'processing')`.execute(
      db,
    );
  },
};

/** In the order they run. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_image_jobs': initial,
  '0002_jobs': { up: createImageRows },
  '0003_background': { up: createBackgroundImages },
  '0004_senders': { up: createImageJobSenders },
  '0005_job_lists': { up: indexImageJobLists },
  '0006_paid_images': { up: createPaidImages },
};
