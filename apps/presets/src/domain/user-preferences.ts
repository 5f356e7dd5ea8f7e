import { presetsErrors } from '../presets.errors.js';
import { checkPreferences, type PreferenceChoices, type PreferencesInput } from './check-preferences.js';
import { defaultPreferences, type Preferences, preferencesTag, type StoredPreferences } from './preferences.js';
import type { ExpectedVersion, PreferenceRepository } from './preference-repository.js';

/** Preferences, stored or the defaults, with their entity tag. */
export interface CurrentPreferences {
  readonly preferences: Preferences;
  readonly etag: string;
  /** Absent for the defaults. */
  readonly updateTime?: Date | undefined;
}

/** The preferences of each user. */
export class UserPreferences {
  constructor(
    private readonly repository: PreferenceRepository,
    private readonly choices: PreferenceChoices,
    private readonly now: () => Date,
    /** Told after each change. */
    private readonly changed: (ownerId: string) => void,
  ) {}

  async get(ownerId: string): Promise<CurrentPreferences> {
    return current(await this.repository.find(ownerId));
  }

  /** Replaces them as a whole. @throws PREFERENCES_INVALID, PRECONDITION_FAILED */
  async put(ownerId: string, input: PreferencesInput, ifMatch: readonly string[]): Promise<CurrentPreferences> {
    const checked = checkPreferences(input, this.choices);
    if ('violations' in checked) throw presetsErrors.PREFERENCES_INVALID({ violations: checked.violations });
    const expected = await this.expected(ownerId, ifMatch);
    const stored = await this.repository.put(ownerId, checked.preferences, expected, this.now());
    if (!stored) throw presetsErrors.PRECONDITION_FAILED();
    this.changed(ownerId);
    return current(stored);
  }

  /** Gives the defaults back. @throws PRECONDITION_FAILED */
  async reset(ownerId: string, ifMatch: readonly string[]): Promise<void> {
    const expected = await this.expected(ownerId, ifMatch);
    if (!(await this.repository.delete(ownerId, expected, this.now()))) throw presetsErrors.PRECONDITION_FAILED();
    this.changed(ownerId);
  }

  /** What must still be stored when the change is made. */
  private async expected(ownerId: string, ifMatch: readonly string[]): Promise<ExpectedVersion> {
    if (ifMatch.length === 0 || ifMatch.includes('*')) return 'any';
    const stored = await this.repository.find(ownerId);
    if (!ifMatch.includes(preferencesTag(stored))) throw presetsErrors.PRECONDITION_FAILED();
    return stored?.version ?? 'none';
  }
}

function current(stored: StoredPreferences | undefined): CurrentPreferences {
  return { preferences: stored ?? defaultPreferences, etag: preferencesTag(stored), updateTime: stored?.updateTime };
}
