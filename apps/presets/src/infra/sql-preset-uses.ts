import { type Kysely, sql, type Transaction } from 'kysely';
import type { PopularFilter, PresetUse, PresetUseRepository, RecordedUses, UseCount } from '../domain/preset-use.js';
import { dayOf } from '../domain/preset-uses.js';
import { presetsSchema, type PresetsTables } from './migrations.js';

/**
 * Uses in SQL: the key of each, counts by day, and the count of all in the preset's row (for built-ins in a table of
 * their own). Everybody takes locks in the order of ids, so two processes never wait for each other.
 */
export class SqlPresetUses implements PresetUseRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  record(uses: readonly PresetUse[], builtIns: ReadonlySet<string>, at: Date): Promise<RecordedUses> {
    return this.db.transaction().execute(async (transaction) => {
      const ids = [...new Set(uses.map(({ presetId }) => presetId))].toSorted(byCodePoint);
      const totals = await lockOwn(
        transaction,
        ids.filter((id) => !builtIns.has(id)),
      );
      const known = uses.filter(({ presetId }) => builtIns.has(presetId) || totals.has(presetId));
      const fresh = await remember(transaction, known, at);
      // The same key twice in a batch is one use.
      const counts = countByPreset(known.filter(({ key }) => fresh.has(key)));
      const own = counts.filter(({ presetId }) => totals.has(presetId));
      const ofBuiltIns = counts.filter(({ presetId }) => !totals.has(presetId));
      if (own.length > 0) await addToOwn(transaction, own);
      if (ofBuiltIns.length > 0) await addToBuiltIns(transaction, ofBuiltIns);
      if (counts.length > 0) await addToDays(transaction, counts, new Set(totals.keys()), dayOf(at));
      for (const { presetId, uses: added } of own) totals.set(presetId, (totals.get(presetId) ?? 0) + added);
      const used = ids.filter((id) => builtIns.has(id));
      for (const [id, count] of used.length > 0 ? await builtInTotals(transaction) : []) {
        if (used.includes(id)) totals.set(id, count);
      }
      return { fresh, totals };
    });
  }

  async prune(usesBefore: Date, dayBefore: string): Promise<void> {
    await this.db.deleteFrom('preset_uses').where('used_at', '<', usesBefore).execute();
    await sql`delete from presets.preset_use_days where day < ${dayBefore}::date`.execute(this.db);
  }

  async popular({ privateOf, category, since, limit }: PopularFilter): Promise<UseCount[]> {
    const visible = privateOf === undefined ? sql`true` : sql`(visibility = 'shared' or owner_id = ${privateOf})`;
    const ofCategory = category ? sql`category = ${category}` : sql`true`;
    const query = since
      ? sql<UseCount>`
          select preset_id as "presetId", sum(uses)::int8 as uses
          from presets.preset_use_days join presets.presets using (preset_id)
          where own_preset_id is not null and day >= ${since}::date and ${visible} and ${ofCategory}
          group by preset_id`
      : sql<UseCount>`
          select preset_id as "presetId", use_count as uses from presets.presets
          where use_count > 0 and ${visible} and ${ofCategory}`;
    const { rows } = await sql<UseCount>`${query} order by uses desc, preset_id collate "C" limit ${limit}`.execute(
      this.db,
    );
    return rows;
  }

  async builtInUses(since?: string): Promise<ReadonlyMap<string, number>> {
    if (since === undefined) return new Map(await builtInTotals(this.db));
    const { rows } = await sql<UseCount>`
      select preset_id as "presetId", sum(uses)::int8 as uses from presets.preset_use_days
      where own_preset_id is null and day >= ${since}::date group by preset_id`.execute(this.db);
    return new Map(rows.map(({ presetId, uses }) => [presetId, uses]));
  }
}

/** The users' presets among them, with their counts; they can't go while they are counted. */
async function lockOwn(transaction: Transaction<PresetsTables>, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('presets')
    .select(['preset_id', 'use_count'])
    .where('preset_id', 'in', ids)
    .orderBy(sql`preset_id collate "C"`)
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map(({ preset_id, use_count }) => [preset_id, use_count]));
}

/** Keys that were not there. */
async function remember(
  transaction: Transaction<PresetsTables>,
  uses: readonly PresetUse[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if (uses.length === 0) return new Set();
  const keys = [...new Set(uses.map(({ key }) => key))].toSorted(byCodePoint);
  const rows = await transaction
    .insertInto('preset_uses')
    .values(keys.map((key) => ({ use_key: key, used_at: at })))
    .onConflict((conflict) => conflict.column('use_key').doNothing())
    .returning('use_key')
    .execute();
  return new Set(rows.map(({ use_key }) => use_key));
}

async function addToOwn(transaction: Transaction<PresetsTables>, counts: readonly UseCount[]): Promise<void> {
  await sql`
    update presets.presets set use_count = use_count + added.uses
    from (values ${sql.join(counts.map(({ presetId, uses }) => sql`(${presetId}::text, ${uses}::int8)`))}) added (preset_id, uses)
    where presets.preset_id = added.preset_id`.execute(transaction);
}

async function addToBuiltIns(transaction: Transaction<PresetsTables>, counts: readonly UseCount[]): Promise<void> {
  await transaction
    .insertInto('builtin_preset_uses')
    .values(counts.map(({ presetId, uses }) => ({ preset_id: presetId, use_count: uses })))
    .onConflict((conflict) =>
      conflict
        .column('preset_id')
        .doUpdateSet({ use_count: sql<number>`builtin_preset_uses.use_count + excluded.use_count` }),
    )
    .execute();
}

async function addToDays(
  transaction: Transaction<PresetsTables>,
  counts: readonly UseCount[],
  own: ReadonlySet<string>,
  day: string,
): Promise<void> {
  const rows = counts.map(
    ({ presetId, uses }) => sql`(${presetId}, ${own.has(presetId) ? presetId : null}, ${day}::date, ${uses}::int8)`,
  );
  await sql`
    insert into presets.preset_use_days (preset_id, own_preset_id, day, uses) values ${sql.join(rows)}
    on conflict (preset_id, day) do update set uses = preset_use_days.uses + excluded.uses`.execute(transaction);
}

async function builtInTotals(db: Kysely<PresetsTables>): Promise<[string, number][]> {
  const rows = await db.selectFrom('builtin_preset_uses').selectAll().execute();
  return rows.map(({ preset_id, use_count }) => [preset_id, use_count]);
}

/** In the order of ids. */
function countByPreset(uses: readonly PresetUse[]): UseCount[] {
  const keys = new Map<string, Set<string>>();
  for (const { presetId, key } of uses) keys.set(presetId, (keys.get(presetId) ?? new Set()).add(key));
  return [...keys]
    .map(([presetId, ofPreset]) => ({ presetId, uses: ofPreset.size }))
    .toSorted((one, other) => byCodePoint(one.presetId, other.presetId));
}

function byCodePoint(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
