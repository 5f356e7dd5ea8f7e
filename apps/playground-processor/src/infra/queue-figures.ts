import type { Database } from '@atelier/persistence';
import { sql } from 'kysely';

/** How much there is to do, in all processes. */
export interface QueueFigures {
  /** Jobs that have not ended. */
  readonly openJobs: number;
  /** Images that are not done, those being worked on included. */
  readonly openImages: number;
}

/** Counts what there is to do from the rows. */
export async function readQueueFigures(database: Database): Promise<QueueFigures> {
  const { rows } = await sql<QueueFigures>`
    select count(*)::int as "openJobs",
      coalesce(sum(jsonb_array_length(sources) - jsonb_array_length(results) - jsonb_array_length(failures)), 0)::int
        as "openImages"
    from playground.image_jobs where state in ('pending', 'processing')`.execute(database.kysely<unknown>());
  return rows[0] ?? { openJobs: 0, openImages: 0 };
}
