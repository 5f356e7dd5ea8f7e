import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who saw which variant first when, and what generations of users came to. What was said about plans is kept already. */
export const experiments: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`
      create table analytics.experiment_exposures (
        experiment text not null,
        user_id text not null,
        variant text not null,
        first_time timestamptz not null,
        primary key (experiment, user_id, variant)
      )`.execute(db);
    await sql`create index experiment_exposures_user on analytics.experiment_exposures (user_id)`.execute(db);
    // One row for each accepted and each ended generation, whichever order they come in.
    await sql`
      create table analytics.generation_outcomes (
        event_id uuid primary key,
        user_id text not null,
        outcome_time timestamptz not null,
        accepted int2 not null,
        regenerated int2 not null,
        ended int2 not null,
        succeeded int2 not null,
        cost_micros int8 not null
      )`.execute(db);
    await sql`create index generation_outcomes_user on analytics.generation_outcomes (user_id, outcome_time)`.execute(
      db,
    );
    await sql`
      create index generation_outcomes_age on analytics.generation_outcomes using brin (outcome_time)`.execute(db);
    await sql`
      insert into analytics.experiment_exposures
      select payload ->> 'experiment', user_id, payload ->> 'variant', min(occurred_at) from analytics.usage_events
      where type = 'experiment_exposed' and user_id <> '' and payload ->> 'experiment' <> '' and payload ->> 'variant' <> ''
      group by 1, 2, 3`.execute(db);
  },
};
