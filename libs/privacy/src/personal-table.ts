import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Erased, ErasureRequest, PersonalFile } from './personal-data.js';

/** A table that holds something about users. */
export interface PersonalTable {
  /** `schema.table`. */
  readonly table: string;
  /** Its name in exports and reports. */
  readonly kind: string;
  /** The rows of a user. */
  readonly rowsOf: (userId: string) => RawBuilder<boolean>;
  /** Columns of a unique key: the order in which pages are read. */
  readonly key: readonly string[];
  /** Columns that say nothing about the user or must not be seen (secrets, leases); left out of the export. */
  readonly withheld?: readonly string[];
  /** False: nobody but the program needs the rows. They are erased, not exported. */
  readonly exported?: boolean;
  /** How its rows are erased, where deleting them is not all; `follows`: with the rows of another table. */
  readonly erase?: EraseRows | 'follows';
  /** The stored file that a row stands for. */
  readonly file?: (row: Readonly<Record<string, unknown>>) => PersonalFile | undefined;
}

/** Erases the rows of a user, also those that an earlier call has left. */
export type EraseRows = (db: Kysely<unknown>, request: ErasureRequest) => Promise<Omit<Erased, 'kind'>>;

/** Rows that name the user in a column. */
export function inColumn(column: string): PersonalTable['rowsOf'] {
  return (userId) => sql<boolean>`${sql.ref(column)} = ${userId}`;
}

/** Rows that refer to a row of the user in another table. */
export function through(column: string, table: string, key: string, owner: string): PersonalTable['rowsOf'] {
  return (userId) =>
    sql<boolean>`${sql.ref(column)} in (select ${sql.ref(key)} from ${sql.table(table)} where ${sql.ref(owner)} = ${userId})`;
}
