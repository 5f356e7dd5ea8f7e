import { Preset as WirePreset, PresetVisibility as WireVisibility } from '@atelier/contracts/presets/v1';
import type { PresetInput } from './domain/check-preset.js';
import type { Preset, PresetVisibility } from './domain/preset.js';
import { presetsErrors } from './presets.errors.js';

const visibilities: Readonly<Record<PresetVisibility, WireVisibility>> = {
  private: WireVisibility.PRESET_VISIBILITY_PRIVATE,
  shared: WireVisibility.PRESET_VISIBILITY_SHARED,
  builtin: WireVisibility.PRESET_VISIBILITY_BUILTIN,
};

/** A preset for the wire. */
export function toWirePreset(preset: Preset): WirePreset {
  return WirePreset.create({ ...preset, visibility: visibilities[preset.visibility] });
}

/** What a caller wrote: content and visibility; the rest is ours. @throws PRESET_INVALID */
export function fromWirePreset(preset: WirePreset = WirePreset.create()): [PresetInput, 'private' | 'shared'] {
  const { presetId, name, category, promptTemplate, negativePrompt, parameters = {} } = preset;
  return [{ presetId, name, category, promptTemplate, negativePrompt, parameters }, visibilityOf(preset)];
}

function visibilityOf({ visibility }: WirePreset): 'private' | 'shared' {
  switch (visibility) {
    case WireVisibility.PRESET_VISIBILITY_UNSPECIFIED:
    case WireVisibility.PRESET_VISIBILITY_PRIVATE:
      return 'private';
    case WireVisibility.PRESET_VISIBILITY_SHARED:
      return 'shared';
    default:
      throw presetsErrors.PRESET_INVALID({
        violations: [{ field: 'visibility', message: 'must be private or shared' }],
      });
  }
}
