import { type Kysely, sql } from 'kysely';

/** Images as rows, so that they are worked on one by one; results that equal work is answered with; what jobs cost. */
export async function createImageRows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('image_jobs')
    .addColumn('cost_micros', 'bigint', (column) => column.notNull().defaultTo(0))
    // Images that are worked on: position to the share that is done.
    .addColumn('current', 'jsonb', (column) => column.notNull().defaultTo(sql`'{}'::jsonb`))
    // Null: not in the queue of images yet.
    .addColumn('first_turn', 'integer')
    .dropColumn('current_image')
    .execute();
  await db.schema
    .createTable('image_sources')
    .addColumn('owner_id', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('index', 'integer', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('image_sources_pk', ['owner_id', 'job_id', 'index'])
    .addForeignKeyConstraint(
      'image_sources_job',
      ['owner_id', 'job_id'],
      'image_jobs',
      ['owner_id', 'job_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await sql`
    insert into playground.image_sources (owner_id, job_id, index, source)
    select owner_id, job_id, place - 1, source
    from playground.image_jobs, jsonb_array_elements_text(sources) with ordinality as given (source, place)
    where state in ('pending', 'processing')`.execute(db);
  await sql`
    update playground.image_jobs set sources = (
      select jsonb_agg(case when source like 'data:%' then left(source, 40) else left(source, 200) end order by place)
      from jsonb_array_elements_text(sources) with ordinality as given (source, place))`.execute(db);
  await sql`
    create index image_jobs_ended on playground.image_jobs (update_time)
    where state not in ('pending', 'processing')`.execute(db);
  await db.schema
    .createTable('stored_results')
    .addColumn('owner_id', 'text', (column) => column.notNull())
    .addColumn('result_key', 'text', (column) => column.notNull())
    .addColumn('asset_id', 'text', (column) => column.notNull())
    .addColumn('storage_key', 'text', (column) => column.notNull())
    .addColumn('metadata', 'jsonb', (column) => column.notNull())
    .addColumn('create_time', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('stored_results_pk', ['owner_id', 'result_key'])
    .execute();
  await db.schema.createIndex('stored_results_age').on('stored_results').column('create_time').execute();
}
