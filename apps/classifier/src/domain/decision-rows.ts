import { parse } from 'csv-parse/sync';

/** A table that is not usable: a hole, two rows for one case, an unknown word. The message names the line or the case. */
export class DecisionTableError extends Error {
  override readonly name = 'DecisionTableError';
}

/** Cells of one row by column, and the line of the file that it ends on. */
export interface DecisionRow {
  line: number;
  cells: Readonly<Record<string, string>>;
}

/** No sensible table comes near: the built-in one has two kilobytes. */
export const MAX_TABLE_BYTES = 1_000_000;

/**
 * Reads CSV (RFC 4180; `#` opens a comment line; a byte order mark and any line ending will do) with exactly these
 * columns in any order.
 * @throws DecisionTableError
 */
export function readRows(csv: string, columns: readonly string[]): DecisionRow[] {
  if (csv.length > MAX_TABLE_BYTES) {
    throw new DecisionTableError(`The decision table is larger than ${MAX_TABLE_BYTES} bytes.`);
  }
  const [header, ...rows] = parseLines(csv);
  checkHeader(header?.cells ?? [], columns);
  return rows.map(({ line, cells }) => {
    const names = header?.cells ?? [];
    if (cells.length !== names.length) {
      throw lineError(line, `${cells.length} cells stand under ${names.length} columns`);
    }
    return { line, cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])) };
  });
}

/** An error that names the line of the file. */
export function lineError(line: number, problem: string): DecisionTableError {
  return new DecisionTableError(`Line ${line} of the decision table: ${problem}.`);
}

function parseLines(csv: string): { line: number; cells: string[] }[] {
  try {
    const records: unknown = parse(csv, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DecisionTableError(`The decision table is not CSV: ${why}`, { cause });
  }
}

function checkHeader(header: readonly string[], columns: readonly string[]): void {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new DecisionTableError(`The decision table lacks the columns: ${missing.join(', ')}.`);
  const unknown = header.filter((column) => !columns.includes(column));
  if (unknown.length > 0) {
    throw new DecisionTableError(`The decision table has columns that mean nothing: ${unknown.join(', ')}.`);
  }
  const twice = header.filter((column, at) => header.indexOf(column) !== at);
  if (twice.length > 0) throw new DecisionTableError(`The decision table has columns twice: ${twice.join(', ')}.`);
}
