import type { FieldViolation } from '@atelier/errors';
import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import type { Preset } from './preset.js';
import type { ExperimentSettings, PresetExperiment, PresetExperimentRepository } from './preset-experiment.js';
import type { PresetVersions } from './preset-versions.js';
import type { VisiblePresets } from './visible-presets.js';

/** Experiments between two versions: of own presets for their owner, of all for an administrator. */
export class PresetExperiments {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly versions: PresetVersions,
    private readonly repository: PresetExperimentRepository,
    private readonly newId: () => string,
    private readonly now: () => Date,
  ) {}

  /** The same settings again change nothing. @throws PRESET_EXPERIMENT_INVALID and as `findManageable` */
  async put(caller: Caller, presetId: string, settings: ExperimentSettings): Promise<PresetExperiment> {
    const preset = await this.findManageable(caller, presetId);
    const violations = await this.check(preset, settings);
    if (violations.length > 0) throw presetsErrors.PRESET_EXPERIMENT_INVALID({ violations });
    const started = await this.repository.start(
      { ...settings, presetId, experimentId: this.newId(), startTime: this.now() },
      preset.visibility === 'builtin',
    );
    if (started === 'gone') throw presetsErrors.PRESET_NOT_FOUND();
    if (started === 'version_gone') throw presetsErrors.PRESET_EXPERIMENT_INVALID();
    return started;
  }

  /** @throws PRESET_EXPERIMENT_NOT_FOUND and as `findManageable` */
  async get(caller: Caller, presetId: string): Promise<PresetExperiment> {
    await this.findManageable(caller, presetId);
    const experiment = await this.repository.underWay(presetId);
    if (!experiment) throw presetsErrors.PRESET_EXPERIMENT_NOT_FOUND();
    return experiment;
  }

  /** @throws PRESET_EXPERIMENT_NOT_FOUND and as `findManageable` */
  async end(caller: Caller, presetId: string): Promise<void> {
    await this.findManageable(caller, presetId);
    if (!(await this.repository.end(presetId, this.now()))) throw presetsErrors.PRESET_EXPERIMENT_NOT_FOUND();
  }

  /** Nothing of a built-in changes, so an administrator may. @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  private findManageable(caller: Caller, presetId: string): Promise<Preset> {
    return caller.admin ? this.visible.find(caller, presetId) : this.visible.findChangeable(caller, presetId);
  }

  private async check(preset: Preset, { versionA, versionB, share }: ExperimentSettings): Promise<FieldViolation[]> {
    const violations: FieldViolation[] = [];
    for (const [field, version] of [
      ['version_a', versionA],
      ['version_b', versionB],
    ] as const) {
      if (!(await this.versions.find(preset, version)))
        violations.push({ field, message: 'is no version of this preset that is kept' });
    }
    if (versionA === versionB) violations.push({ field: 'version_b', message: 'must be another version' });
    if (!(share >= 0 && share <= 1)) violations.push({ field: 'share', message: 'must be 0 to 1' });
    return violations;
  }
}
