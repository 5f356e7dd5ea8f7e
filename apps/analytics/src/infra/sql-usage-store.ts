import type { UsageEvent } from '@atelier/contracts/usage/v1';
import { type Kysely, sql, type RawBuilder } from 'kysely';
import { type Rollup, type RollupDelta, rollUp } from '../domain/rollup.js';
import { payloadsOf } from '../domain/usage-payload.js';
import type { UsageStore } from '../domain/usage-store.js';

/** Stores events in SQL; one transaction of one statement for the events and one for each rollup they touch. */
export class SqlUsageStore implements UsageStore {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly rollups: readonly Rollup[],
  ) {}

  async add(events: readonly UsageEvent[]): Promise<number> {
    return this.db.transaction().execute(async (transaction) => {
      const inserting = insertEvents(events).execute(transaction);
      // Mostly every event is new; then this was worked out while the database was busy.
      const deltas = this.deltasOf(events);
      const { rows } = await inserting;
      const stored = new Set(rows.map(({ event_id }) => event_id));
      const counted =
        stored.size === events.length ? deltas : this.deltasOf(events.filter(({ eventId }) => stored.has(eventId)));
      for (const [rollup, rowsToAdd] of counted) await addToRollup(rollup, rowsToAdd).execute(transaction);
      return stored.size;
    });
  }

  private deltasOf(events: readonly UsageEvent[]): [Rollup, RollupDelta[]][] {
    return this.rollups
      .map((rollup): [Rollup, RollupDelta[]] => [rollup, rollUp(rollup, events)])
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

function addToRollup(rollup: Rollup, deltas: readonly RollupDelta[]): RawBuilder<unknown> {
  const table = sql.table(`analytics.${rollup.table}`);
  const key = ['grain', 'period_start', ...rollup.labels];
  const columns: [string, string][] = [
    ['grain', 'text'],
    ['period_start', 'timestamptz'],
    ...rollup.labels.map((name): [string, string] => [name, 'text']),
    ...rollup.sums.map((name): [string, string] => [name, 'int8']),
    ['latency', 'int8[]'],
    ['last_at', 'timestamptz'],
  ];
  const rows = deltas.map(({ grain, periodStart, labels, sums, latency, lastAt }) => ({
    grain,
    period_start: periodStart,
    ...labels,
    ...sums,
    latency,
    last_at: lastAt,
  }));
  return sql`
    insert into ${table} as stored (${identifiers(columns.map(([name]) => name))})
    select * from json_to_recordset(${toJson(rows)}::json)
      as delta(${sql.join(columns.map(([name, type]) => sql`${sql.id(name)} ${sql.raw(type)}`))})
    on conflict (${identifiers(key)}) do update set
      ${sql.join(rollup.sums.map((name) => sql`${sql.id(name)} = stored.${sql.id(name)} + excluded.${sql.id(name)}`))},
      latency = analytics.add_histograms(stored.latency, excluded.latency),
      last_at = greatest(stored.last_at, excluded.last_at)`;
}

function identifiers(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.id(name)));
}

/** JSON text without NUL, which PostgreSQL can hold in no text. Rare, so only looked for where its escape occurs. */
function toJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  if (!json.includes('\\u0000')) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
  );
}
