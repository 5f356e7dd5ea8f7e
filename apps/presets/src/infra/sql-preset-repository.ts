import { jsonb } from '@atelier/persistence';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Preset } from '../domain/preset.js';
import type { PresetChange, PresetFilter, PresetRepository } from '../domain/preset-repository.js';
import { presetsSchema, type PresetsTables } from './migrations.js';

/** Users' presets and use counts in SQL. */
export class SqlPresetRepository implements PresetRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async find(presetId: string): Promise<Preset | undefined> {
    const row = await this.db.selectFrom('presets').selectAll().where('preset_id', '=', presetId).executeTakeFirst();
    return row && toPreset(row);
  }

  async list({ privateOf, ownerId, visibility, category, words, limit }: PresetFilter): Promise<Preset[]> {
    let query = this.db.selectFrom('presets').selectAll();
    if (privateOf !== undefined) {
      query = query.where((where) => where.or([where('owner_id', '=', privateOf), where('visibility', '=', 'shared')]));
    }
    if (ownerId !== undefined) query = query.where('owner_id', '=', ownerId);
    if (visibility) query = query.where('visibility', '=', visibility);
    if (category === 'image' || category === 'video') query = query.where('category', '=', category);
    for (const word of words)
      query = query.where(sql<boolean>`position(${word} in lower(name || ' ' || prompt_template)) > 0`);
    const rows = await query.orderBy('name').orderBy('preset_id').limit(limit).execute();
    return rows.map(toPreset);
  }

  async create(ownerId: string, preset: PresetChange): Promise<Preset | undefined> {
    const row = await this.db
      .insertInto('presets')
      .values({ preset_id: preset.presetId, owner_id: ownerId, ...columns(preset) })
      .onConflict((conflict) => conflict.column('preset_id').doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && toPreset(row);
  }

  async update(ownerId: string, preset: PresetChange): Promise<Preset | undefined> {
    const row = await this.db
      .updateTable('presets')
      .set({ ...columns(preset), version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
      .where('preset_id', '=', preset.presetId)
      .where('owner_id', '=', ownerId)
      .returningAll()
      .executeTakeFirst();
    return row && toPreset(row);
  }

  async delete(ownerId: string, presetId: string): Promise<boolean> {
    const { numDeletedRows } = await this.db
      .deleteFrom('presets')
      .where('preset_id', '=', presetId)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async countUse(presetId: string): Promise<number | undefined> {
    const row = await this.db
      .updateTable('presets')
      .set({ use_count: sql<number>`use_count + 1` })
      .where('preset_id', '=', presetId)
      .returning('use_count')
      .executeTakeFirst();
    return row?.use_count;
  }

  async countBuiltInUse(presetId: string): Promise<number> {
    const { use_count } = await this.db
      .insertInto('builtin_preset_uses')
      .values({ preset_id: presetId, use_count: 1 })
      .onConflict((conflict) =>
        conflict.column('preset_id').doUpdateSet({ use_count: sql<number>`builtin_preset_uses.use_count + 1` }),
      )
      .returning('use_count')
      .executeTakeFirstOrThrow();
    return use_count;
  }

  async builtInUses(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.db.selectFrom('builtin_preset_uses').selectAll().execute();
    return new Map(rows.map(({ preset_id, use_count }) => [preset_id, use_count]));
  }
}

function columns(preset: PresetChange) {
  return {
    name: preset.name,
    category: preset.category,
    prompt_template: preset.promptTemplate,
    negative_prompt: preset.negativePrompt,
    parameters: jsonb(preset.parameters),
    visibility: preset.visibility,
  };
}

function toPreset(row: Selectable<PresetsTables['presets']>): Preset {
  return {
    presetId: row.preset_id,
    name: row.name,
    category: row.category,
    promptTemplate: row.prompt_template,
    negativePrompt: row.negative_prompt,
    parameters: row.parameters,
    visibility: row.visibility,
    ownerId: row.owner_id,
    useCount: row.use_count,
    version: row.version,
    createTime: row.created_at,
    updateTime: row.updated_at,
  };
}
