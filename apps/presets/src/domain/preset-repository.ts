import type { Preset, PresetContent, PresetVersion } from './preset.js';

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

/** Why a change was not made: the preset is gone or somebody else's, or it is not the one that the writer knows. */
export type Unchanged = 'gone' | 'differs';

/** Which versions are read. */
export interface VersionPage {
  /** Only older ones. */
  readonly before?: number;
  /** Only those that everybody could see. */
  readonly sharedOnly: boolean;
  readonly limit: number;
}

/** Keeps the users' presets and their former versions. */
export interface PresetRepository {
  find(presetId: string): Promise<Preset | undefined>;
  /** Those that exist, in any order. */
  findAll(presetIds: readonly string[]): Promise<Preset[]>;
  findByToken(token: string): Promise<Preset | undefined>;
  /** By name, and how many there are beyond the limit. */
  list(filter: PresetFilter): Promise<{ readonly presets: Preset[]; readonly total: number }>;
  /** Undefined when the id is taken. */
  create(ownerId: string, preset: PresetChange): Promise<Preset | undefined>;
  /** Keeps the former version. `ifMatch` as in `meets`; it is read and written as one. */
  update(ownerId: string, preset: PresetChange, ifMatch: readonly string[]): Promise<Preset | Unchanged>;
  /** With everything that belongs to it. */
  delete(ownerId: string, presetId: string, ifMatch: readonly string[]): Promise<'deleted' | Unchanged>;
  /** Former versions, newest first. */
  versions(presetId: string, page: VersionPage): Promise<PresetVersion[]>;
  /** One former version. */
  version(presetId: string, version: number): Promise<PresetVersion | undefined>;
}
