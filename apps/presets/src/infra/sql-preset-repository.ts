import { type Kysely, sql, type Transaction } from 'kysely';
import { meets } from '../domain/entity-tag.js';
import type { Preset, PresetVersion } from '../domain/preset.js';
import type {
  PresetChange,
  PresetFilter,
  PresetRepository,
  Unchanged,
  VersionPage,
} from '../domain/preset-repository.js';
import { presetsSchema, type PresetsTables } from './migrations.js';
import { columnsOf, toPreset, toVersion, versionRowOf } from './preset-rows.js';

/** Former versions that are kept, beside those that are being compared. */
const versionsKept = 50;

/** Users' presets and their former versions in SQL. */
export class SqlPresetRepository implements PresetRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(presetId: string): Promise<Preset | undefined> {
    const row = await this.db.selectFrom('presets').selectAll().where('preset_id', '=', presetId).executeTakeFirst();
    return row && toPreset(row);
  }

  async findAll(presetIds: readonly string[]): Promise<Preset[]> {
    if (presetIds.length === 0) return [];
    const rows = await this.db.selectFrom('presets').selectAll().where('preset_id', 'in', presetIds).execute();
    return rows.map(toPreset);
  }

  async findByToken(token: string): Promise<Preset | undefined> {
    const row = await this.db
      .selectFrom('presets')
      .innerJoin('preset_shares', 'preset_shares.preset_id', 'presets.preset_id')
      .selectAll('presets')
      .where('token', '=', token)
      .executeTakeFirst();
    return row && toPreset(row);
  }

  async list({ privateOf, ownerId, visibility, category, words, limit }: PresetFilter) {
    let matching = this.db.selectFrom('presets');
    if (privateOf !== undefined) {
      matching = matching.where((where) =>
        where.or([where('owner_id', '=', privateOf), where('visibility', '=', 'shared')]),
      );
    }
    if (ownerId !== undefined) matching = matching.where('owner_id', '=', ownerId);
    if (visibility) matching = matching.where('visibility', '=', visibility);
    if (category === 'image' || category === 'video') matching = matching.where('category', '=', category);
    for (const word of words)
      matching = matching.where(sql<boolean>`position(${word} in lower(name || ' ' || prompt_template)) > 0`);
    const rows = await matching.selectAll().orderBy('name').orderBy('preset_id').limit(limit).execute();
    const presets = rows.map(toPreset);
    if (presets.length < limit) return { presets, total: presets.length };
    const { total } = await matching.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    return { presets, total };
  }

  async create(ownerId: string, preset: PresetChange): Promise<Preset | undefined> {
    const row = await this.db
      .insertInto('presets')
      .values({ preset_id: preset.presetId, owner_id: ownerId, ...columnsOf(preset) })
      .onConflict((conflict) => conflict.column('preset_id').doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && toPreset(row);
  }

  update(ownerId: string, preset: PresetChange, ifMatch: readonly string[]): Promise<Preset | Unchanged> {
    return this.db.transaction().execute(async (transaction) => {
      const stored = await lock(transaction, ownerId, preset.presetId);
      if (!stored) return 'gone';
      if (!meets(ifMatch, toPreset(stored))) return 'differs';
      await transaction.insertInto('preset_versions').values(versionRowOf(stored)).execute();
      const updated = await transaction
        .updateTable('presets')
        .set({ ...columnsOf(preset), version: stored.version + 1, updated_at: sql<Date>`now()` })
        .where('preset_id', '=', preset.presetId)
        .returningAll()
        .executeTakeFirstOrThrow();
      await dropOldVersions(transaction, updated);
      return toPreset(updated);
    });
  }

  delete(ownerId: string, presetId: string, ifMatch: readonly string[]): Promise<'deleted' | Unchanged> {
    return this.db.transaction().execute(async (transaction) => {
      const stored = await lock(transaction, ownerId, presetId);
      if (!stored) return 'gone';
      if (!meets(ifMatch, toPreset(stored))) return 'differs';
      await transaction.deleteFrom('presets').where('preset_id', '=', presetId).execute();
      return 'deleted';
    });
  }

  async versions(presetId: string, { before, sharedOnly, limit }: VersionPage): Promise<PresetVersion[]> {
    let query = this.db.selectFrom('preset_versions').selectAll().where('preset_id', '=', presetId);
    if (before !== undefined) query = query.where('version', '<', before);
    if (sharedOnly) query = query.where('visibility', '=', 'shared');
    const rows = await query.orderBy('version', 'desc').limit(limit).execute();
    return rows.map(toVersion);
  }

  async version(presetId: string, version: number): Promise<PresetVersion | undefined> {
    const row = await this.db
      .selectFrom('preset_versions')
      .selectAll()
      .where('preset_id', '=', presetId)
      .where('version', '=', version)
      .executeTakeFirst();
    return row && toVersion(row);
  }
}

/** Nobody else writes the preset until the transaction ends, so what was read is what is changed. */
function lock(transaction: Transaction<PresetsTables>, ownerId: string, presetId: string) {
  return transaction
    .selectFrom('presets')
    .selectAll()
    .where('preset_id', '=', presetId)
    .where('owner_id', '=', ownerId)
    .forUpdate()
    .executeTakeFirst();
}

async function dropOldVersions(
  transaction: Transaction<PresetsTables>,
  { preset_id, version }: { preset_id: string; version: number },
): Promise<void> {
  await sql`
    delete from presets.preset_versions old
    where preset_id = ${preset_id} and version < ${version - versionsKept} and not exists (
      select from presets.preset_experiments compared
      where compared.preset_id = old.preset_id and ended_at is null and old.version in (version_a, version_b))
  `.execute(transaction);
}
