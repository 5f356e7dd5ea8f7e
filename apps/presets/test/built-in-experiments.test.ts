import { loadCatalogue } from '@atelier/model-catalog';
import { type Database, migrate } from '@atelier/persistence';
import { openTestDatabase, type TestDatabase } from '@atelier/testing';
import { PresetExperiments } from '../src/domain/preset-experiments.js';
import { PresetUses } from '../src/domain/preset-uses.js';
import { PresetVersions } from '../src/domain/preset-versions.js';
import { UsePreset } from '../src/domain/use-preset.js';
import { VisiblePresets } from '../src/domain/visible-presets.js';
import { readBuiltInPresets } from '../src/infra/built-in-data.js';
import { CachedBuiltInExperiments } from '../src/infra/cached-built-in-experiments.js';
import { catalogueLimits } from '../src/infra/catalogue-limits.js';
import { migrations, type PresetsTables, presetsSchema } from '../src/infra/migrations.js';
import { SqlPresetExperiments } from '../src/infra/sql-preset-experiments.js';
import { SqlPresetRepository } from '../src/infra/sql-preset-repository.js';
import { SqlPresetUses } from '../src/infra/sql-preset-uses.js';

const now = () => new Date('2026-11-21T12:00:00Z');
const look = { name: 'Oil', category: 'image', negative_prompt: '', parameters: {} };
const oil = {
  preset_id: 'oil',
  version: 2,
  ...look,
  prompt_template: '{prompt}, two',
  earlier: [{ version: 1, ...look, prompt_template: '{prompt}, one' }],
};
const root = { userId: 'root', admin: true };
const omar = { userId: 'omar', admin: false };

let test: TestDatabase;
let database: Database;
let asked: number;
beforeAll(async () => {
  test = await openTestDatabase();
  database = test.database;
  await migrate(database, presetsSchema, migrations);
}, 60_000);
afterAll(() => test.close());

/** A release whose data has two versions of a built-in. */
function release() {
  const db = database.kysely<PresetsTables>();
  const sqlExperiments = new SqlPresetExperiments(db);
  asked = 0;
  const repository = {
    underWay: (presetId: string) => {
      asked += 1;
      return sqlExperiments.underWay(presetId);
    },
    start: sqlExperiments.start.bind(sqlExperiments),
    end: sqlExperiments.end.bind(sqlExperiments),
  };
  const limits = catalogueLimits(loadCatalogue().mediaModels);
  const presets = new SqlPresetRepository(db);
  const visible = new VisiblePresets(readBuiltInPresets([oil], limits), presets);
  const builtIns = new Set(visible.builtIns.keys());
  const versions = new PresetVersions(visible, presets);
  const experiments = new CachedBuiltInExperiments(repository, builtIns);
  let made = 0;
  const newId = () => `0199f0a2-6b1e-7c4d-9d52-${String((made += 1)).padStart(12, '0')}`;
  const listener = { counted: () => undefined, failed: () => undefined };
  const uses = new PresetUses(new SqlPresetUses(db), builtIns, listener, now);
  return {
    versions,
    experiments: new PresetExperiments(visible, versions, experiments, newId, now),
    use: new UsePreset(visible, versions, experiments, uses),
  };
}

it('lets an administrator compare two versions of a built-in, and nobody else', async () => {
  const { versions, experiments, use } = release();
  await expect(versions.list(omar, 'oil', 0, '')).resolves.toMatchObject({
    versions: [
      { version: 2, promptTemplate: '{prompt}, two' },
      { version: 1, promptTemplate: '{prompt}, one' },
    ],
  });
  const settings = { versionA: 2, versionB: 1, share: 1 };
  await expect(experiments.put(omar, 'oil', settings)).rejects.toMatchObject({ reason: 'PRESET_BUILT_IN' });
  await expect(use.open(omar, 'oil')).resolves.toMatchObject({ preset: { version: 2 }, assignment: undefined });
  const started = await experiments.put(root, 'oil', settings);
  await expect(use.open(omar, 'oil')).resolves.toMatchObject({
    preset: { version: 1, promptTemplate: '{prompt}, one' },
    assignment: { experimentId: started.experimentId, variant: 'b', version: 1 },
  });
  await experiments.end(root, 'oil');
  await expect(use.open(omar, 'oil')).resolves.toMatchObject({ preset: { version: 2 }, assignment: undefined });
});

it('asks the database once for many uses of a built-in', async () => {
  const { use } = release();
  for (let n = 0; n < 20; n++) await use.open(omar, 'oil');
  expect(asked).toBe(1);
});
