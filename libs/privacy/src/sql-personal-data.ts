import type { Kysely } from 'kysely';
import { deleteRows, isEmpty } from './erase-rows.js';
import { exportRows } from './export-rows.js';
import type { Erased, Erasure, ErasureRequest, PersonalData, PersonalItem } from './personal-data.js';
import type { PersonalTable } from './personal-table.js';

/** What a service does beside deleting rows. */
export interface ErasureSteps {
  /** Ends running work and takes apart what can't be deleted row by row. */
  readonly before?: (request: ErasureRequest) => Promise<readonly Erased[]>;
  /** What becomes unused by the deletion of the rows: files, caches. */
  readonly after?: (request: ErasureRequest) => Promise<readonly Erased[]>;
}

/** Exports and erases the rows of a list of tables, in its order. A table that is added to the list is covered by both. */
export class SqlPersonalData implements PersonalData {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly tables: readonly PersonalTable[],
    private readonly steps: ErasureSteps = {},
  ) {}

  async *items(userId: string): AsyncGenerator<PersonalItem> {
    for (const table of this.tables) if (table.exported !== false) yield* exportRows(this.db, table, userId);
  }

  async erase(request: ErasureRequest): Promise<Erasure> {
    const { userId, signal } = request;
    const kinds: Erased[] = [...((await this.steps.before?.(request)) ?? [])];
    for (const table of this.tables) kinds.push(await deleteRows(this.db, table, userId, signal));
    kinds.push(...((await this.steps.after?.(request)) ?? []));
    const empty = await Promise.all(this.tables.map((table) => isEmpty(this.db, table, userId)));
    return {
      kinds: kinds.filter(({ deleted, anonymised }) => deleted + anonymised > 0),
      complete: empty.every(Boolean),
    };
  }
}
