import type { GenerationParameters as WireParameters } from '@atelier/contracts/creative/v1';
import {
  Preset as WirePreset,
  PresetExperiment as WireExperiment,
  type PresetVersion as WireVersion,
  PresetVisibility,
} from '@atelier/contracts/presets/v1';
import { fromWireParameters, toWireParameters } from '../http/generation-parameters.js';
import { iso } from '../http/json.js';
import type { PresetExperiment, PresetVersion } from './preset-library.schema.js';
import type { CreatePresetBody, Preset } from './presets.schema.js';

/**
 * A preset as clients see it. Who else shares one is nobody's business: only whether it is the caller's own. `id` is what
 * it is called: who reads it by the token of a share link goes on with the token.
 */
export function toPreset(preset: WirePreset, callerId: string, id = preset.presetId): Preset {
  return {
    id,
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

/** A version as clients see it. */
export function toPresetVersion(version: WireVersion, current: number): PresetVersion {
  return {
    version: version.version,
    current: version.version === current,
    name: version.name,
    category: version.category === 'video' ? 'video' : 'image',
    prompt_template: version.promptTemplate,
    negative_prompt: version.negativePrompt,
    parameters: toPresetParameters(version.parameters),
    visibility: visibilityName(version.visibility),
    created_at: iso(version.createTime),
  };
}

/** An experiment as clients see it. */
export function toPresetExperiment(experiment: WireExperiment = WireExperiment.create()): PresetExperiment {
  return {
    id: experiment.experimentId,
    preset_id: experiment.presetId,
    version_a: experiment.versionA,
    version_b: experiment.versionB,
    share: experiment.share,
    started_at: iso(experiment.startTime),
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
