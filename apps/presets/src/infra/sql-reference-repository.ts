import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { Reference } from '../domain/reference.js';
import type {
  KeptField,
  ReferenceContent,
  ReferenceRepository,
  ReferenceUpdate,
} from '../domain/reference-repository.js';
import { presetsSchema } from './migrations.js';
import type { UserTables } from './user-tables.js';

const uniqueViolation = '23505';

/** References in SQL; every query names the owner. */
export class SqlReferenceRepository implements ReferenceRepository {
  private readonly db: Kysely<UserTables>;

  constructor(db: Kysely<UserTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async findAll(ownerId: string, keys: readonly string[]): Promise<ReadonlyMap<string, Reference>> {
    const rows = await this.db
      .selectFrom('user_references')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where(sql<boolean>`tag_key = any(${[...keys]}::text[])`)
      .execute();
    return new Map(rows.map((row) => [row.tag_key, toReference(row)]));
  }

  async list(ownerId: string, after: string, limit: number): Promise<{ key: string; reference: Reference }[]> {
    const rows = await this.db
      .selectFrom('user_references')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('tag_key', '>', after)
      .orderBy('tag_key')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ key: row.tag_key, reference: toReference(row) }));
  }

  async create(ownerId: string, key: string, reference: ReferenceContent): Promise<Reference | undefined> {
    const row = await insert(this.db, ownerId, key, reference)
      .onConflict((conflict) => conflict.columns(['owner_id', 'tag_key']).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && toReference(row);
  }

  async put(ownerId: string, key: string, reference: ReferenceContent, keep: readonly KeptField[]) {
    const { tag, name, role, imageUrl, thumbnailKey } = reference;
    const given = Object.entries({ tag, name, role }).filter(([field]) => !keep.some((kept) => kept === field));
    const values = { ...Object.fromEntries(given), image_url: imageUrl, thumbnail_key: thumbnailKey };
    for (;;) {
      const created = await this.create(ownerId, key, reference);
      if (created) return { reference: created, replaced: undefined };
      const changed = await this.changeLocked(ownerId, key, () => values);
      if (changed) return { reference: changed.after, replaced: changed.before };
      // It was deleted in between.
    }
  }

  async update(
    ownerId: string,
    key: string,
    change: (known: Reference) => ReferenceUpdate,
  ): Promise<Reference | 'taken' | 'missing'> {
    try {
      const changed = await this.changeLocked(ownerId, key, (known) => {
        const { key: tag_key, tag, name, role } = change(known);
        return { tag_key, tag, name, role };
      });
      return changed?.after ?? 'missing';
    } catch (error) {
      if ((error as { code?: unknown }).code === uniqueViolation) return 'taken';
      throw error;
    }
  }

  /** Reads and writes in one step: who changes it too comes before or after. Undefined when there is none. */
  private changeLocked(
    ownerId: string,
    key: string,
    change: (known: Reference) => Updateable<UserTables['user_references']>,
  ): Promise<{ before: Reference; after: Reference } | undefined> {
    return this.db.transaction().execute(async (transaction) => {
      const known = await transaction
        .selectFrom('user_references')
        .selectAll()
        .where('owner_id', '=', ownerId)
        .where('tag_key', '=', key)
        .forUpdate()
        .executeTakeFirst();
      if (!known) return undefined;
      const before = toReference(known);
      const row = await transaction
        .updateTable('user_references')
        .set(change(before))
        .where('owner_id', '=', ownerId)
        .where('tag_key', '=', key)
        .returningAll()
        .executeTakeFirstOrThrow();
      return { before, after: toReference(row) };
    });
  }

  async delete(ownerId: string, key: string): Promise<Reference | undefined> {
    const row = await this.db
      .deleteFrom('user_references')
      .where('owner_id', '=', ownerId)
      .where('tag_key', '=', key)
      .returningAll()
      .executeTakeFirst();
    return row && toReference(row);
  }
}

function insert(db: Kysely<UserTables>, ownerId: string, key: string, reference: ReferenceContent) {
  const { tag, name, imageUrl, role, thumbnailKey } = reference;
  return db
    .insertInto('user_references')
    .values({ owner_id: ownerId, tag_key: key, tag, name, image_url: imageUrl, role, thumbnail_key: thumbnailKey });
}

function toReference(row: Selectable<UserTables['user_references']>): Reference {
  return {
    tag: row.tag,
    name: row.name,
    imageUrl: row.image_url,
    role: row.role,
    thumbnailKey: row.thumbnail_key,
    createTime: row.created_at,
  };
}
