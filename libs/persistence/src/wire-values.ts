import pg from 'pg';
import type { WireParameter } from './pglite-worker.js';

type Parser = (text: string) => unknown;

const oid = {
  int8: 20,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  int8Array: 1016,
  dateArray: 1182,
  numericArray: 1231,
};

/** int8 as a number. Throws beyond ±(2^53 − 1), where a number would silently be another one: select such values as text. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a number; cast it to text`);
  return value;
}

const arrayOf =
  (parse: Parser): Parser =>
  (text) =>
    arrays.create(text, (entry) => (entry === null ? null : parse(entry))).parse();

// The types describe an older shape of the array parser.
const arrays = pg.types.arrayParser as unknown as {
  create(source: string, transform: (entry: string | null) => unknown): { parse(): unknown[] };
};

const parseTimestamptz = pg.types.getTypeParser(oid.timestamptz, 'text') as Parser;

/** Where this project reads a type otherwise than `pg` does by default. */
const parsers: Readonly<Record<number, Parser>> = {
  [oid.int8]: parseInt8,
  [oid.int8Array]: arrayOf(parseInt8),
  [oid.numericArray]: arrayOf(String),
  // A calendar date has no time zone: "2026-01-31" stays what it is.
  [oid.date]: String,
  [oid.dateArray]: arrayOf(String),
  // Sessions run in UTC, and so is a timestamp that does not name its zone.
  [oid.timestamp]: (text) => parseTimestamptz(text.endsWith('infinity') ? text : `${text}+00`),
};

/**
 * How column values become JavaScript, on both kinds of database: int8 → number, numeric → string, timestamptz → Date,
 * date → "YYYY-MM-DD", json and jsonb → parsed, bytea → Buffer; the rest as `pg` does.
 */
export const columnTypes = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers[id]) || pg.types.getTypeParser(id, format)) as typeof pg.types.getTypeParser,
};

// `pg` exports this at run time but its types do not say so.
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

/** A parameter as `pg` would send it, so that the same value means the same on both kinds of database. */
export function encodeParameter(value: unknown): WireParameter {
  const encoded = prepareValue(value);
  // A Buffer may be a window into a larger pool, all of which would be copied to the thread.
  return Buffer.isBuffer(encoded) ? new Uint8Array(encoded) : encoded;
}
