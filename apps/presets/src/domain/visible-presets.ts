import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import { type BuiltInPreset, canSee, isOwn, type Preset } from './preset.js';
import type { PresetRepository } from './preset-repository.js';
import { isShareToken } from './share-token.js';
import { isPlainText } from './text.js';

/** The presets as each caller sees them. */
export class VisiblePresets {
  /** By id, in catalogue order. */
  readonly builtIns: ReadonlyMap<string, BuiltInPreset>;

  constructor(
    builtIns: readonly BuiltInPreset[],
    private readonly repository: Pick<PresetRepository, 'find' | 'findByToken'>,
  ) {
    this.builtIns = new Map(builtIns.map((preset) => [preset.presetId, preset]));
  }

  /** By id. Built-ins cost nothing and come without their use count. @throws PRESET_NOT_FOUND also for somebody else's secret */
  async find(caller: Caller, presetId: string): Promise<Preset> {
    const preset =
      this.builtIns.get(presetId) ?? (isPlainText(presetId) ? await this.repository.find(presetId) : undefined);
    if (!preset || !canSee(caller, preset)) throw presetsErrors.PRESET_NOT_FOUND();
    return preset;
  }

  /** To read or use, by id or by the token of a share link: who has it may see the preset. @throws PRESET_NOT_FOUND */
  async open(caller: Caller, idOrToken: string): Promise<Preset> {
    if (!isShareToken(idOrToken)) return this.find(caller, idOrToken);
    const preset = await this.repository.findByToken(idOrToken);
    if (!preset) throw presetsErrors.PRESET_NOT_FOUND();
    return preset;
  }

  /** To write. @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  async findChangeable(caller: Caller, presetId: string): Promise<Preset> {
    const preset = await this.find(caller, presetId);
    if (preset.visibility === 'builtin') throw presetsErrors.PRESET_BUILT_IN();
    if (!isOwn(caller, preset) && !caller.admin) throw presetsErrors.PRESET_NOT_OWN();
    return preset;
  }
}
