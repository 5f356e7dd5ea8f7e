import type { PresetAssignment } from './preset-experiment.js';

/** One use of a preset: it was applied, or a generation was accepted with it. */
export interface PresetUse {
  /** Counts once. Names nobody: it is a hash or the id of a generation. */
  readonly key: string;
  readonly presetId: string;
  readonly version: number;
  readonly userId: string;
  readonly requestId: string;
  readonly assignment: PresetAssignment | undefined;
}

/** What became of a batch. */
export interface RecordedUses {
  /** Keys that had not been counted before. */
  readonly fresh: ReadonlySet<string>;
  /** All uses of each preset of the batch that exists. */
  readonly totals: ReadonlyMap<string, number>;
}

/** A preset and how often it was used in a time. */
export interface UseCount {
  readonly presetId: string;
  readonly uses: number;
}

/** Whose popular presets are asked for. */
export interface PopularFilter {
  /** Private ones of this user; without it, of everybody. */
  readonly privateOf?: string;
  readonly category?: 'image' | 'video';
  /** First day that counts, `YYYY-MM-DD`; without it all there were. */
  readonly since?: string;
  readonly limit: number;
}

/** Counts uses. */
export interface PresetUseRepository {
  /** All or nothing. Uses of users' presets that are gone are not counted. */
  record(uses: readonly PresetUse[], builtIns: ReadonlySet<string>, at: Date): Promise<RecordedUses>;
  /** Forgets which uses were counted before a time, and how many there were on the days before a day. */
  prune(usesBefore: Date, dayBefore: string): Promise<void>;
  /** Users' presets, most used first, then by id. */
  popular(filter: PopularFilter): Promise<UseCount[]>;
  /** Uses of built-ins, since a day (`YYYY-MM-DD`) or ever; what was not used is missing. */
  builtInUses(since?: string): Promise<ReadonlyMap<string, number>>;
}
