import { type RawBuilder, sql } from 'kysely';
import type { RollupDelta, RollupTable } from '../domain/rollup.js';
import { toJson } from './json-rows.js';

/** Adds sorted deltas to the rows of a rollup, making those that are missing. */
export function addToRollup(rollup: RollupTable, deltas: readonly RollupDelta[]): RawBuilder<unknown> {
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
