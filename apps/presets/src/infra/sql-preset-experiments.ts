import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { PresetExperiment, PresetExperimentRepository } from '../domain/preset-experiment.js';
import { presetsSchema, type PresetsTables } from './migrations.js';

/** Ended experiments of a preset that are kept. */
const endedKept = 20;

/** Experiments in SQL. */
export class SqlPresetExperiments implements PresetExperimentRepository {
  private readonly db: Kysely<PresetsTables>;

  constructor(db: Kysely<PresetsTables>) {
    this.db = db.withSchema(presetsSchema);
  }

  async underWay(presetId: string): Promise<PresetExperiment | undefined> {
    const row = await selectUnderWay(this.db, presetId);
    return row && toExperiment(row);
  }

  start(experiment: PresetExperiment, builtIn: boolean): Promise<PresetExperiment | 'gone' | 'version_gone'> {
    const { presetId, experimentId, versionA, versionB, share, startTime } = experiment;
    return this.db.transaction().execute(async (transaction) => {
      // One starts at a time; a preset that is being changed is waited for, so its versions stay.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`preset-experiment ${presetId}`}, 0))`.execute(
        transaction,
      );
      if (!builtIn) {
        const kept = await keptVersions(transaction, presetId, [versionA, versionB]);
        if (!kept) return 'gone';
        if (!kept.has(versionA) || !kept.has(versionB)) return 'version_gone';
      }
      const before = await selectUnderWay(transaction, presetId);
      if (before?.version_a === versionA && before.version_b === versionB && before.share === share)
        return toExperiment(before);
      await end(transaction, presetId, startTime);
      const row = await transaction
        .insertInto('preset_experiments')
        .values({
          experiment_id: experimentId,
          preset_id: presetId,
          own_preset_id: builtIn ? null : presetId,
          version_a: versionA,
          version_b: versionB,
          share,
          started_at: startTime,
          ended_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await sql`
        delete from presets.preset_experiments where experiment_id in (
          select experiment_id from presets.preset_experiments where preset_id = ${presetId} and ended_at is not null
          order by experiment_id desc offset ${endedKept})`.execute(transaction);
      return toExperiment(row);
    });
  }

  end(presetId: string, endTime: Date): Promise<boolean> {
    return end(this.db, presetId, endTime);
  }
}

function selectUnderWay(db: Kysely<PresetsTables>, presetId: string) {
  return db
    .selectFrom('preset_experiments')
    .selectAll()
    .where('preset_id', '=', presetId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

async function end(db: Kysely<PresetsTables>, presetId: string, endTime: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('preset_experiments')
    .set({ ended_at: endTime })
    .where('preset_id', '=', presetId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Which of the versions are there, the current one included; undefined when the preset is gone. */
async function keptVersions(
  transaction: Transaction<PresetsTables>,
  presetId: string,
  versions: readonly number[],
): Promise<ReadonlySet<number> | undefined> {
  const preset = await transaction
    .selectFrom('presets')
    .select('version')
    .where('preset_id', '=', presetId)
    .forUpdate()
    .executeTakeFirst();
  if (!preset) return undefined;
  const former = await transaction
    .selectFrom('preset_versions')
    .select('version')
    .where('preset_id', '=', presetId)
    .where('version', 'in', versions)
    .execute();
  return new Set([preset, ...former].map(({ version }) => version));
}

function toExperiment(row: Selectable<PresetsTables['preset_experiments']>): PresetExperiment {
  return {
    experimentId: row.experiment_id,
    presetId: row.preset_id,
    versionA: row.version_a,
    versionB: row.version_b,
    share: row.share,
    startTime: row.started_at,
  };
}
