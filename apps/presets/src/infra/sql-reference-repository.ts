import { type Kysely, type Selectable, sql } from 'kysely';
import type { Reference } from '../domain/reference.js';
import type { ReferenceRepository } from '../domain/reference-repository.js';
import { presetsSchema, type PresetsTables } from './migrations.js';

/** References in SQL; every query names the owner. */
export class SqlReferenceRepository implements ReferenceRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
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

  async create(ownerId: string, key: string, reference: Omit<Reference, 'createTime'>): Promise<Reference | undefined> {
    const row = await this.insert(ownerId, key, reference)
      .onConflict((conflict) => conflict.columns(['owner_id', 'tag_key']).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && toReference(row);
  }

  async put(ownerId: string, key: string, reference: Omit<Reference, 'createTime'>): Promise<Reference> {
    const { tag, name, imageUrl } = reference;
    const row = await this.insert(ownerId, key, reference)
      .onConflict((conflict) =>
        conflict.columns(['owner_id', 'tag_key']).doUpdateSet({ tag, name, image_url: imageUrl }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    return toReference(row);
  }

  async delete(ownerId: string, key: string): Promise<boolean> {
    const { numDeletedRows } = await this.db
      .deleteFrom('user_references')
      .where('owner_id', '=', ownerId)
      .where('tag_key', '=', key)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  private insert(ownerId: string, key: string, { tag, name, imageUrl }: Omit<Reference, 'createTime'>) {
    return this.db
      .insertInto('user_references')
      .values({ owner_id: ownerId, tag_key: key, tag, name, image_url: imageUrl });
  }
}

function toReference(row: Selectable<PresetsTables['user_references']>): Reference {
  return { tag: row.tag, name: row.name, imageUrl: row.image_url, createTime: row.created_at };
}
