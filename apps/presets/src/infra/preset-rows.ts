import { jsonb } from '@atelier/persistence';
import type { Selectable } from 'kysely';
import type { Preset, PresetVersion } from '../domain/preset.js';
import type { PresetChange } from '../domain/preset-repository.js';
import type { PresetsTables } from './migrations.js';

type PresetRow = Selectable<PresetsTables['presets']>;

/** What an owner writes, as columns. */
export function columnsOf(preset: PresetChange) {
  return {
    name: preset.name,
    category: preset.category,
    prompt_template: preset.promptTemplate,
    negative_prompt: preset.negativePrompt,
    parameters: jsonb(preset.parameters),
    visibility: preset.visibility,
  };
}

/** The version that a row holds, as a row of its own. */
export function versionRowOf(row: PresetRow) {
  const { preset_id, version, name, category, prompt_template, negative_prompt, visibility } = row;
  const content = { preset_id, version, name, category, prompt_template, negative_prompt, visibility };
  return { ...content, parameters: jsonb(row.parameters), created_at: row.updated_at };
}

/** A row as a preset. */
export function toPreset(row: PresetRow): Preset {
  return {
    presetId: row.preset_id,
    name: row.name,
    category: row.category,
    promptTemplate: row.prompt_template,
    negativePrompt: row.negative_prompt,
    parameters: row.parameters,
    visibility: row.visibility,
    ownerId: row.owner_id,
    useCount: row.use_count,
    version: row.version,
    createTime: row.created_at,
    updateTime: row.updated_at,
  };
}

/** A row as a former version. */
export function toVersion(row: Selectable<PresetsTables['preset_versions']>): PresetVersion {
  return {
    version: row.version,
    name: row.name,
    category: row.category,
    promptTemplate: row.prompt_template,
    negativePrompt: row.negative_prompt,
    parameters: row.parameters,
    visibility: row.visibility,
    createTime: row.created_at,
  };
}
