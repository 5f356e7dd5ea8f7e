import type { EraseRows } from '@atelier/privacy';
import { sql } from 'kysely';
import { label } from '../../domain/labels.js';

/** Moves what a user has cost, day by day, to the pseudonym: no total changes. */
export const eraseCosts: EraseRows = async (db, { userId, pseudonym }) => {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from analytics.cost_analytics where user_id = ${label(userId)} returning *
    ), moved as (
      insert into analytics.cost_analytics as stored
        (grain, period_start, user_id, provider, model_id, workflow, kind, payments, amount_micros, generations,
         successes, latency, last_at)
      select grain, period_start, ${pseudonym}, provider, model_id, workflow, kind, payments, amount_micros,
        generations, successes, latency, last_at
      from gone
      on conflict (grain, period_start, user_id, provider, model_id, workflow, kind) do update set
        payments = stored.payments + excluded.payments,
        amount_micros = stored.amount_micros + excluded.amount_micros,
        generations = stored.generations + excluded.generations,
        successes = stored.successes + excluded.successes,
        latency = analytics.add_histograms(stored.latency, excluded.latency),
        last_at = greatest(stored.last_at, excluded.last_at)
    )
    select count(*)::int as count from gone`.execute(db);
  return { deleted: 0, anonymised: rows[0]?.count ?? 0 };
};
