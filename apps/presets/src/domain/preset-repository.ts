import type { Preset, PresetContent } from './preset.js';

/** What is looked for in the users' presets. */
export interface PresetFilter {
  /** Private ones of this user; without it, of everybody. */
  readonly privateOf?: string;
  /** Only of this owner. */
  readonly ownerId?: string;
  readonly visibility?: 'shared';
  readonly category?: string;
  /** Words that name or template hold, lower case. */
  readonly words: readonly string[];
  readonly limit: number;
}

/** What an owner may change. */
export interface PresetChange extends PresetContent {
  readonly visibility: 'private' | 'shared';
}

/** Keeps the users' presets, and how often every preset was applied. */
export interface PresetRepository {
  find(presetId: string): Promise<Preset | undefined>;
  /** By name. */
  list(filter: PresetFilter): Promise<Preset[]>;
  /** Undefined when the id is taken. */
  create(ownerId: string, preset: PresetChange): Promise<Preset | undefined>;
  /** Undefined when it is gone or belongs to somebody else. */
  update(ownerId: string, preset: PresetChange): Promise<Preset | undefined>;
  /** False when it is gone or belongs to somebody else. */
  delete(ownerId: string, presetId: string): Promise<boolean>;
  /** Counts a use of a user's preset and answers the new count; undefined when it is gone. */
  countUse(presetId: string): Promise<number | undefined>;
  /** Counts a use of a built-in preset and answers the new count. */
  countBuiltInUse(presetId: string): Promise<number>;
  /** Uses of built-in presets by id; what was never used is missing. */
  builtInUses(): Promise<ReadonlyMap<string, number>>;
}
