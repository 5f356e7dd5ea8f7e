import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { sql, type Transaction } from 'kysely';
import { circuitNews, countSignals } from '../../domain/alerts/signal-counts.js';
import { toJson } from '../json-rows.js';

/** Adds new events to what rates are made of, and remembers which circuits are open; in the transaction that stores them. */
export async function storeSignals(transaction: Transaction<unknown>, events: readonly UsageEvent[]): Promise<void> {
  const counts = countSignals(events);
  if (counts.length > 0) {
    await sql`
      insert into analytics.signal_minutes as stored
      select * from json_to_recordset(${toJson(counts)}::json)
        as counted(minute timestamptz, kind text, provider text, cases int8, bad int8)
      on conflict (minute, kind, provider) do update set
        cases = stored.cases + excluded.cases, bad = stored.bad + excluded.bad`.execute(transaction);
  }
  const news = circuitNews(events);
  const opened = news.filter(({ isOpen }) => isOpen);
  const closed = news.filter(({ isOpen }) => !isOpen);
  if (opened.length > 0) {
    await sql`
      insert into analytics.circuits as stored
      select provider, "modelId", true, time, time from json_to_recordset(${toJson(opened)}::json)
        as news(provider text, "modelId" text, time timestamptz)
      on conflict (provider, model_id) do update set
        open = true, news_time = excluded.news_time,
        change_time = case when stored.open then stored.change_time else excluded.change_time end
      where excluded.news_time >= stored.news_time`.execute(transaction);
  }
  // Only circuits that were open once are known, so that calls that go well write nothing.
  if (closed.length > 0) {
    await sql`
      update analytics.circuits as stored set open = false, change_time = news.time, news_time = news.time
      from json_to_recordset(${toJson(closed)}::json) as news(provider text, "modelId" text, time timestamptz)
      where stored.provider = news.provider and stored.model_id = news."modelId" and stored.open
        and news.time >= stored.news_time`.execute(transaction);
  }
}
