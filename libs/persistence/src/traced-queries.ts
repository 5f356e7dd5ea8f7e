import { addEndedSpan, isTracing } from '@atelier/tracing';
import type { KyselyConfig, LogEvent } from 'kysely';

/**
 * Lets Kysely tell of each statement, for the trace of whoever runs it; nothing while tracing is off. A span names
 * operation and table only: statements may hold values, and what the database says of failures quotes them.
 */
export function tracedQueries(): Pick<KyselyConfig, 'log'> {
  return isTracing() ? { log: addQuerySpan } : {};
}

function addQuerySpan(event: LogEvent): void {
  const summary = summaryOf(event.query.sql);
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary } as const;
  const start = { name: summary, role: 'client', attributes } as const;
  if (event.level === 'query') return addEndedSpan(start, event.queryDurationMillis);
  const sqlState = sqlStateOf(event.error);
  addEndedSpan(start, event.queryDurationMillis, sqlState, { 'db.response.status_code': sqlState });
}

const verbs = new Set(['select', 'insert', 'update', 'delete', 'with', 'merge', 'begin', 'commit', 'rollback']);
const name = '"?([a-z_][a-z0-9_]{0,62})\\b"?(?:\\."?([a-z_][a-z0-9_]{0,62})\\b"?)?';
/** What stands before a parenthesis is a function, but for the columns of an insert. */
const table = new RegExp(`\\b(?:into\\s+${name}|(?:from|update|join)\\s+${name}(?!\\s*\\())`, 'i');

/** `insert analytics.usage_events`. */
function summaryOf(sql: string): string {
  // Strings and dollar quotes are cut out first: what they hold is data.
  const bare = sql.slice(0, 4_000).replace(/'(?:[^']|'')*'?|\$([a-z_]*)\$[\s\S]*?(?:\$\1\$|$)/gi, '?');
  const verb = /^[\s(]*([a-z]+)/i.exec(bare)?.[1]?.toLowerCase() ?? '';
  const known = verbs.has(verb) ? verb : 'other';
  const [first, second] = table.exec(bare)?.slice(1).filter(Boolean) ?? [];
  return first ? `${known} ${second ? `${first}.${second}` : first}` : known;
}

function sqlStateOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'failed';
}
