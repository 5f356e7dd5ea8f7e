import { inColumn, type PersonalTable } from '@atelier/privacy';
import { sql } from 'kysely';

/** What the schema holds about users, in the order in which it is erased. A table that is missing here fails a test. */
export const personalTables: readonly PersonalTable[] = [
  {
    // Whole pictures of jobs under way; what is shown of them is in the job.
    table: 'playground.image_sources',
    kind: 'image_sources',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'job_id', 'index'],
    exported: false,
  },
  {
    table: 'playground.background_images',
    kind: 'background_images',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'job_id', 'image_index'],
  },
  {
    // What jobs of the past bought, until it is deleted; the generation service erases it with everything else.
    table: 'playground.forgotten_generations',
    kind: 'forgotten_generations',
    rowsOf: inColumn('owner_id'),
    key: ['idempotency_key'],
    exported: false,
  },
  {
    table: 'playground.image_job_senders',
    kind: 'image_job_senders',
    rowsOf: (userId) => sql<boolean>`(owner_id = ${userId} or sender_id = ${userId})`,
    key: ['sender_id', 'job_id', 'owner_id'],
    exported: false,
  },
  { table: 'playground.image_jobs', kind: 'image_jobs', rowsOf: inColumn('owner_id'), key: ['owner_id', 'job_id'] },
  {
    table: 'playground.stored_results',
    kind: 'stored_results',
    rowsOf: inColumn('owner_id'),
    key: ['owner_id', 'result_key'],
    withheld: ['result_key'],
  },
  {
    table: 'playground_queue.job',
    kind: 'queued_images',
    rowsOf: (userId) => sql<boolean>`data ->> 'ownerId' = ${userId}`,
    key: ['id'],
    exported: false,
  },
];
