import { presetsErrors } from '../presets.errors.js';
import type { Caller } from './caller.js';
import type { VisiblePresets } from './visible-presets.js';

/** The token of a preset's share link. */
export interface PresetShare {
  readonly token: string;
  readonly createTime: Date;
}

/** Keeps one token for a preset. */
export interface PresetShareRepository {
  /** The token that the preset has; this one when it has none. Undefined when the preset is gone. */
  share(presetId: string, token: string): Promise<PresetShare | undefined>;
  /** The token, if there is one, stands for nothing any more. */
  revoke(presetId: string): Promise<void>;
}

/** Share links: whoever is signed in and has the token reads and uses the preset, and nothing else of its owner. */
export class PresetShares {
  constructor(
    private readonly visible: VisiblePresets,
    private readonly repository: PresetShareRepository,
    private readonly newToken: () => string,
  ) {}

  /** The same link until it is revoked. @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  async share(caller: Caller, presetId: string): Promise<PresetShare> {
    await this.visible.findChangeable(caller, presetId);
    const share = await this.repository.share(presetId, this.newToken());
    if (!share) throw presetsErrors.PRESET_NOT_FOUND();
    return share;
  }

  /** @throws PRESET_NOT_FOUND, PRESET_BUILT_IN, PRESET_NOT_OWN */
  async revoke(caller: Caller, presetId: string): Promise<void> {
    await this.visible.findChangeable(caller, presetId);
    await this.repository.revoke(presetId);
  }
}
