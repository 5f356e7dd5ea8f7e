import type { Provider } from '@nestjs/common';
import { loadCatalogue } from '@atelier/model-catalog';
import type { ServiceRuntime } from '@atelier/service-defaults';
import type { Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { PopularPresets } from './domain/popular-presets.js';
import { PresetExperiments } from './domain/preset-experiments.js';
import { PresetShares } from './domain/preset-shares.js';
import type { PresetUse } from './domain/preset-use.js';
import { PresetUses } from './domain/preset-uses.js';
import { PresetVersions } from './domain/preset-versions.js';
import { Presets } from './domain/presets.js';
import { newShareToken } from './domain/share-token.js';
import { UsePreset } from './domain/use-preset.js';
import { VisiblePresets } from './domain/visible-presets.js';
import { loadBuiltInPresets } from './infra/built-in-data.js';
import { CachedBuiltInExperiments } from './infra/cached-built-in-experiments.js';
import { catalogueLimits } from './infra/catalogue-limits.js';
import type { PresetsTables } from './infra/migrations.js';
import { SqlPresetExperiments } from './infra/sql-preset-experiments.js';
import { SqlPresetRepository } from './infra/sql-preset-repository.js';
import { SqlPresetShares } from './infra/sql-preset-shares.js';
import { SqlPresetUses } from './infra/sql-preset-uses.js';

/** What presets are put together from; a part of the module. */
export function presetParts(from: { db: Kysely<PresetsTables>; runtime: ServiceRuntime; now: () => Date }): {
  readonly usePreset: UsePreset;
  readonly providers: Provider[];
} {
  const { db, runtime, now } = from;
  const limits = catalogueLimits(loadCatalogue().mediaModels);
  const repository = new SqlPresetRepository(db);
  const usesRepository = new SqlPresetUses(db);
  const visible = new VisiblePresets(loadBuiltInPresets(limits), repository);
  const builtIns = new Set(visible.builtIns.keys());
  const experimentsRepository = new CachedBuiltInExperiments(new SqlPresetExperiments(db), builtIns);
  const listener = {
    counted: (use: PresetUse) => publish(runtime, use),
    failed: (error: unknown) => runtime.logger.error({ err: error }, 'old uses of presets could not be forgotten'),
  };
  const versions = new PresetVersions(visible, repository);
  const uses = new PresetUses(usesRepository, builtIns, listener, now);
  const usePreset = new UsePreset(visible, versions, experimentsRepository, uses);
  return {
    usePreset,
    providers: [
      { provide: Presets, useValue: new Presets(visible, repository, usesRepository, limits) },
      { provide: PresetVersions, useValue: versions },
      { provide: PresetShares, useValue: new PresetShares(visible, new SqlPresetShares(db), newShareToken) },
      { provide: PopularPresets, useValue: new PopularPresets(visible, repository, usesRepository, now) },
      { provide: PresetUses, useValue: uses },
      {
        provide: PresetExperiments,
        useValue: new PresetExperiments(visible, versions, experimentsRepository, uuidv7, now),
      },
      { provide: UsePreset, useValue: usePreset },
    ],
  };
}

/** A use that was counted is told once, and what its user was shown while versions are compared. */
function publish({ events }: ServiceRuntime, { presetId, version, userId, requestId, assignment }: PresetUse): void {
  const origin = { userId, requestId };
  events.publish({ presetApplied: { presetId, presetVersion: version } }, origin);
  if (!assignment) return;
  const { experimentId, variant } = assignment;
  events.publish({ experimentExposed: { experiment: `preset:${experimentId}`, variant } }, origin);
}
