import { sql, type RawBuilder } from 'kysely';

/**
 * A value for a json or jsonb column. Always write them through this: a bare array would be sent as a PostgreSQL array and
 * a bare string as JSON text. Reading needs nothing, columns come back parsed. `undefined` members are left out as in JSON.
 */
export function jsonb<Value>(value: Value): RawBuilder<Value> {
  return sql<Value>`${JSON.stringify(value)}::jsonb`;
}
