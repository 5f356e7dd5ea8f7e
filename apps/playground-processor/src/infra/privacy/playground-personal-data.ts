import type { Database } from '@atelier/persistence';
import { type Erased, type ErasureRequest, SqlPersonalData } from '@atelier/privacy';
import { type Kysely, sql } from 'kysely';
import type { ImageJobRepository } from '../../domain/image-job-repository.js';
import { personalTables } from './personal-tables.js';

/** Everything that the service stores about a user; files are assets, which the generation service deletes. */
export function playgroundPersonalData(database: Database, jobs: Pick<ImageJobRepository, 'cancel'>): SqlPersonalData {
  const db = database.kysely<unknown>();
  return new SqlPersonalData(db, personalTables, { before: async (request) => [await cancelAll(db, jobs, request)] });
}

/** From here on nothing is made or bought for the user. */
async function cancelAll(
  db: Kysely<unknown>,
  jobs: Pick<ImageJobRepository, 'cancel'>,
  { userId, signal }: ErasureRequest,
): Promise<Erased> {
  const { rows } = await sql<{ job_id: string }>`
    select job_id from playground.image_jobs
    where owner_id = ${userId} and state in ('pending', 'processing')`.execute(db);
  let cancelled = 0;
  for (const { job_id: jobId } of rows) if (!signal.aborted && (await jobs.cancel(userId, jobId))) cancelled += 1;
  return { kind: 'cancelled_image_jobs', deleted: 0, anonymised: cancelled };
}
