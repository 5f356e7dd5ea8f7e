import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { sql, type Transaction } from 'kysely';
import { exposuresOf, outcomesOf } from '../../domain/experiments/outcomes.js';
import { toJson } from '../json-rows.js';

/** Keeps what experiments are compared by, in the transaction that stores the events. The order of events does not matter. */
export async function storeOutcomes(transaction: Transaction<unknown>, events: readonly UsageEvent[]): Promise<void> {
  const exposures = exposuresOf(events);
  if (exposures.length > 0) {
    await sql`
      insert into analytics.experiment_exposures as stored
      select * from json_populate_recordset(null::analytics.experiment_exposures, ${toJson(exposures)}::json)
      on conflict (experiment, user_id, variant) do update set first_time = excluded.first_time
      where excluded.first_time < stored.first_time`.execute(transaction);
  }
  const outcomes = outcomesOf(events);
  if (outcomes.length > 0) {
    await sql`
      insert into analytics.generation_outcomes
      select * from json_populate_recordset(null::analytics.generation_outcomes, ${toJson(outcomes)}::json)
      on conflict (event_id) do nothing`.execute(transaction);
  }
}
