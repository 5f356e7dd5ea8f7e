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
  /** False while something outside of the tables still names the user. */
  readonly isClear?: (request: ErasureRequest) => Promise<boolean>;
}

/** Exports and erases the rows of a list of tables, in its order. A table that is added to the list is covered by both. */
export class SqlPersonalData implements PersonalData {
  constructor(
    private readonly db: Kysely<unknown>,
    private readonly tables: readonly PersonalTable[],
    private readonly steps: ErasureSteps = {},
  ) {}

  async *items(userId: string): AsyncGenerator<PersonalItem> {
    for (const table of this.tables) {
      if (table.exported === false) continue;
      for await (const row of exportRows(this.db, table, userId))
        yield { record: { kind: table.kind, json: JSON.stringify(row) } };
    }
    for (const { file: fileOf, ...table } of this.tables) {
      if (!fileOf) continue;
      for await (const row of exportRows(this.db, table, userId)) {
        const file = fileOf(row);
        if (file) yield { file };
      }
    }
  }

  async erase(request: ErasureRequest): Promise<Erasure> {
    const kinds: Erased[] = [...((await this.steps.before?.(request)) ?? [])];
    for (const table of this.tables) kinds.push({ kind: table.kind, ...(await this.eraseTable(table, request)) });
    kinds.push(...((await this.steps.after?.(request)) ?? []));
    const empty = await Promise.all(this.tables.map((table) => isEmpty(this.db, table, request.userId)));
    const clear = (await this.steps.isClear?.(request)) ?? true;
    return {
      kinds: kinds.filter(({ deleted, anonymised }) => deleted + anonymised > 0),
      complete: clear && empty.every(Boolean),
    };
  }

  private async eraseTable(
    { table, rowsOf, erase }: PersonalTable,
    request: ErasureRequest,
  ): Promise<Omit<Erased, 'kind'>> {
    if (erase === 'follows') return { deleted: 0, anonymised: 0 };
    if (erase) return erase(this.db, request);
    const deleted = await deleteRows(this.db, { table, where: rowsOf(request.userId) }, request.signal);
    return { deleted, anonymised: 0 };
  }
}
