import {
  Preset as WirePreset,
  PresetVersion as WireVersion,
  PresetVisibility as WireVisibility,
} from '@atelier/contracts/presets/v1';
import type { PresetInput } from './domain/check-preset.js';
import { entityTagOf } from './domain/entity-tag.js';
import type { Preset, PresetVersion, PresetVisibility } from './domain/preset.js';
import { presetsErrors } from './presets.errors.js';

const visibilities: Readonly<Record<PresetVisibility, WireVisibility>> = {
  private: WireVisibility.PRESET_VISIBILITY_PRIVATE,
  shared: WireVisibility.PRESET_VISIBILITY_SHARED,
  builtin: WireVisibility.PRESET_VISIBILITY_BUILTIN,
};

/** A preset for the wire. */
export function toWirePreset(preset: Preset): WirePreset {
  return WirePreset.create({
    presetId: preset.presetId,
    name: preset.name,
    category: preset.category,
    promptTemplate: preset.promptTemplate,
    negativePrompt: preset.negativePrompt,
    parameters: preset.parameters,
    visibility: visibilities[preset.visibility],
    ownerId: preset.ownerId,
    useCount: preset.useCount,
    version: preset.version,
    createTime: preset.createTime,
    updateTime: preset.updateTime,
    etag: entityTagOf(preset),
  });
}

/** A version for the wire. */
export function toWireVersion(version: PresetVersion): WireVersion {
  return WireVersion.create({ ...version, visibility: visibilities[version.visibility] });
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
