import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type Kysely, sql, type RawBuilder, type Transaction } from 'kysely';
import type { Epochs } from '../domain/period.js';
import { type Rollup, type RollupDelta, rollUp } from '../domain/rollup.js';
import { payloadsOf } from '../domain/usage-payload.js';
import type { UsageStore } from '../domain/usage-store.js';
import { addToRollup } from './add-to-rollup.js';
import { joinFeedback, lockJudgements } from './feedback-join.js';
import { toJson } from './json-rows.js';
import { readEpochs } from './sql-epochs.js';

/** What else is kept of new events, in the transaction that stores them. */
export type FollowEvents = (transaction: Transaction<unknown>, events: readonly UsageEvent[]) => Promise<void>;

/** Stores events in SQL: one transaction for the events, every rollup they touch, and the feedback that they join. */
export class SqlUsageStore implements UsageStore {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly rollups: readonly Rollup[],
    private readonly followers: readonly FollowEvents[] = [],
  ) {}

  async add(events: readonly UsageEvent[]): Promise<number> {
    return this.db.transaction().execute(async (transaction) => {
      await lockJudgements(transaction, events);
      // Read until the commit: nobody resets the statistics in between.
      const epochs = await readEpochs(transaction);
      const inserting = insertEvents(events).execute(transaction);
      // Mostly every event is new; then this was worked out while the database was busy.
      const deltas = this.deltasOf(events, epochs);
      const { rows } = await inserting;
      const stored = new Set(rows.map(({ event_id }) => event_id));
      const fresh = stored.size === events.length ? events : events.filter(({ eventId }) => stored.has(eventId));
      const counted = fresh === events ? deltas : this.deltasOf(fresh, epochs);
      for (const [rollup, rowsToAdd] of counted) await addToRollup(rollup, rowsToAdd).execute(transaction);
      await joinFeedback(transaction, fresh, epochs);
      for (const follow of this.followers) await follow(transaction, fresh);
      return stored.size;
    });
  }

  private deltasOf(events: readonly UsageEvent[], epochs: Epochs): [Rollup, RollupDelta[]][] {
    return this.rollups
      .map((rollup): [Rollup, RollupDelta[]] => [rollup, rollUp(rollup, events, epochs)])
      .filter(([, deltas]) => deltas.length > 0);
  }
}

/** Sorted, so that two writers with the same events can't wait for each other in a circle. */
function insertEvents(events: readonly UsageEvent[]): RawBuilder<{ event_id: string }> {
  const rows = events.map(toRow).sort((a, b) => (a.event_id < b.event_id ? -1 : 1));
  return sql`
    insert into analytics.usage_events
      (event_id, occurred_at, type, user_id, request_id, trace_id, service, service_version, payload)
    select * from json_to_recordset(${toJson(rows)}::json) as event(
      event_id uuid, occurred_at timestamptz, type text, user_id text, request_id text, trace_id text, service text,
      service_version text, payload jsonb)
    on conflict (event_id) do nothing
    returning event_id`;
}

function toRow(event: UsageEvent) {
  const [payload] = payloadsOf(event);
  return {
    event_id: event.eventId,
    occurred_at: event.occurTime,
    type: payload?.type,
    user_id: event.userId,
    request_id: event.requestId,
    trace_id: event.traceId,
    service: event.service,
    service_version: event.serviceVersion,
    // As in JSON of protobuf: what has its default value is left out.
    payload: Object.fromEntries(Object.entries(payload?.value ?? {}).filter(([, value]) => !isDefault(value))),
  };
}

function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === 0 ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
