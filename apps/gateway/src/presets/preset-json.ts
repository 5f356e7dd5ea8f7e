import type { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import { Preset as WirePreset, PresetVisibility } from '@atelier/contracts/presets/v1';
import { fromWireParameters, toWireParameters } from '../http/generation-parameters.js';
import { iso } from '../http/json.js';
import type { CreatePresetBody, Preset } from './presets.schema.js';

/** A preset as clients see it. Who else shares one is nobody's business: only whether it is the caller's own. */
export function toPreset(preset: WirePreset, callerId: string): Preset {
  return {
    id: preset.presetId,
    name: preset.name,
    category: preset.category === 'video' ? 'video' : 'image',
    prompt_template: preset.promptTemplate,
    negative_prompt: preset.negativePrompt,
    parameters: toPresetParameters(preset.parameters),
    visibility: visibilityName(preset.visibility),
    own: preset.ownerId === callerId,
    use_count: preset.useCount,
    version: preset.version,
    created_at: iso(preset.createTime),
    updated_at: iso(preset.updateTime),
  };
}

/** Parameters under the names of new and older front ends. */
export function toPresetParameters(parameters: WireParameters | undefined): Preset['parameters'] {
  const given = fromWireParameters(parameters);
  return given.guidance_scale === undefined ? given : { ...given, cfg_scale: given.guidance_scale };
}

/** A preset as its owner wrote it. */
export function fromPreset(presetId: string, body: Omit<CreatePresetBody, 'id'>): WirePreset {
  return WirePreset.create({
    presetId,
    name: body.name,
    category: body.category,
    promptTemplate: body.prompt_template,
    negativePrompt: body.negative_prompt ?? '',
    parameters: toWireParameters(body.parameters),
    visibility:
      body.visibility === 'shared'
        ? PresetVisibility.PRESET_VISIBILITY_SHARED
        : PresetVisibility.PRESET_VISIBILITY_PRIVATE,
  });
}

function visibilityName(visibility: PresetVisibility): Preset['visibility'] {
  switch (visibility) {
    case PresetVisibility.PRESET_VISIBILITY_BUILTIN:
      return 'builtin';
    case PresetVisibility.PRESET_VISIBILITY_SHARED:
      return 'shared';
    default:
      return 'private';
  }
}
