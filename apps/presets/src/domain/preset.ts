import type { GenerationParameters } from '@atelier/contracts/creative/v1';
import type { Caller } from './caller.js';

/** What makes up a look; the part that its owner writes. */
export interface PresetContent {
  /** Lower-case name, one name space for everybody. */
  readonly presetId: string;
  readonly name: string;
  readonly category: 'image' | 'video';
  /** Holds `{prompt}` exactly once. */
  readonly promptTemplate: string;
  /** Empty for none. */
  readonly negativePrompt: string;
  /** Soft: what a model can't honour is dropped with a warning. */
  readonly parameters: GenerationParameters;
}

/** Who may see a preset. */
export type PresetVisibility = 'private' | 'shared' | 'builtin';

/** What a preset was at one time. */
export interface PresetVersion extends Omit<PresetContent, 'presetId'> {
  /** 1 is the first. */
  readonly version: number;
  readonly visibility: PresetVisibility;
  /** When it was written; absent for built-ins. */
  readonly createTime?: Date;
}

/** A preset as it is kept. */
export interface Preset extends PresetContent {
  readonly visibility: PresetVisibility;
  /** Empty for built-ins. */
  readonly ownerId: string;
  readonly useCount: number;
  /** Counts up with every change. */
  readonly version: number;
  /** Absent for built-ins. */
  readonly createTime?: Date;
  /** Absent for built-ins. */
  readonly updateTime?: Date;
}

/** A preset that comes with the product. */
export interface BuiltInPreset extends Preset {
  readonly visibility: 'builtin';
  /** What it was in earlier releases, newest first. */
  readonly earlier: readonly PresetVersion[];
}

/** Where the user's prompt goes in a template. */
export const promptPlaceholder = '{prompt}';

/** True when the caller may see the preset. */
export function canSee(caller: Caller, preset: Preset): boolean {
  return preset.visibility !== 'private' || isOwn(caller, preset) || caller.admin;
}

/** True when the preset is the caller's. */
export function isOwn(caller: Caller, preset: Preset): boolean {
  return preset.visibility !== 'builtin' && preset.ownerId === caller.userId;
}

/** A preset as it was in one of its versions. */
export function inVersion(preset: Preset, { version, name, category, ...rest }: PresetVersion): Preset {
  const { promptTemplate, negativePrompt, parameters } = rest;
  return { ...preset, version, name, category, promptTemplate, negativePrompt, parameters };
}

/** The template with the prompt in it. */
export function fillTemplate(template: string, prompt: string): string {
  // A function, because a replacement text would give `$&` in the prompt a meaning.
  return template.replace(promptPlaceholder, () => prompt);
}
