import type { Preferences, StoredPreferences } from './preferences.js';

/** Which stored preferences a change is for: those of a version, none at all, or whatever there is. */
export type ExpectedVersion = number | 'none' | 'any';

/** Keeps preferences by owner. */
export interface PreferenceRepository {
  find(ownerId: string): Promise<StoredPreferences | undefined>;
  /** Undefined when something else than expected is stored. */
  put(
    ownerId: string,
    preferences: Preferences,
    expected: ExpectedVersion,
    time: Date,
  ): Promise<StoredPreferences | undefined>;
  /** False when something else than expected is stored. */
  delete(ownerId: string, expected: ExpectedVersion, time: Date): Promise<boolean>;
}
